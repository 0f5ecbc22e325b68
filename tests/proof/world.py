"""A small co-op in which anything may happen: its people, its works, its law and its clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from governance.services import establish as bylaws
from invoicing.rules.billing import Billing
from invoicing.services import assessing
from licensing.models import Licence, Order
from licensing.rules.offers import Choice
from licensing.rules.states import PaymentState
from licensing.services import carts, orders, settling
from media.models import Work
from members.models import User
from royalties.services import establish as royalties
from royalties.services import patronage
from tests import make
from tests.make.governance import SURPLUS, VOTING
from tests.make.invoicing import BERLIN
from tests.make.licensing import end_payment
from tests.make.members import LONG_AGO
from tests.make.payouts import RecordingGateway, withholding_in
from tests.make.royalties import TERMS
from tests.proof.bank import Bank

BEGIN = datetime(2025, 9, 3, 12, tzinfo=UTC)
# Half of a standard licence, until the co-op keeps a part that seldom comes to whole cents.
NEW_RATE_FROM = datetime(2025, 10, 1, tzinfo=UTC)
NEW_RATES: list[dict[str, Any]] = [{"licence_kind": "standard", "coop_rate_bp": 4175}]
PORTLAND = Billing("Atlas Press", "1 Main Street\nPortland", "US")
EQUITY: dict[str, Any] = {
    "name": "equity",
    "title": "Equity",
    "text": "Retained patronage is paid back at once.",
    "after_years": 0,
    "exit_years": 0,
    "capital_floor_minor": 0,
}


@dataclass
class World:
    """Who is there, and what changes: the clock, which only goes forward, and what banks know."""

    treasurer: User
    board: User
    members: Sequence[User]
    buyers: Mapping[User, Billing]
    works: Sequence[Work]
    at: datetime = BEGIN
    bank: Bank = field(default_factory=Bank)
    gateway: RecordingGateway = field(default_factory=RecordingGateway)

    def again(self) -> World:
        """The same world, for another life that begins here."""
        gateway = RecordingGateway(paid=dict(self.gateway.paid), calls=self.gateway.calls)
        return replace(self, bank=self.bank.copy(), gateway=gateway)

    def tick(self) -> datetime:
        """A moment later than all before."""
        self.at += timedelta(minutes=7)
        return self.at

    @property
    def gateway_sent(self) -> int:
        """How many cents the gateway of payouts sent, less what it got back."""
        return sum(money.minor for money in self.gateway.paid.values())

    def order(
        self, buyer: User, choices: Mapping[Work, Choice], *, upgrade: Licence | None = None
    ) -> Order:
        """An open order of `buyer`, who agrees to the total with its tax."""
        at, billing = self.at, self.buyers[buyer]
        for work, choice in choices.items():
            carts.put(buyer=buyer, work=work, choice=choice, upgrade=upgrade, at=at)
        cart = carts.read(buyer=buyer, at=at)
        net = [quote.price for _, quote in cart.payable]
        tax = assessing.of(billing=billing, prices=net, at=at).total(cart.currency)
        return orders.place(
            buyer=buyer,
            token=uuid4(),
            licensee="Atlas Books",
            agreed=cart.total + tax,
            billing=billing,
            at=at,
        )

    def pay(self, order: Order) -> None:
        """The buyer pays, and the gateway tells of it and of its fee."""
        end_payment(order, PaymentState.PAID, at=self.at)
        payment = order.payments.get(state=PaymentState.PENDING)
        answer = self.bank.paid(payment, self.at)
        settling.apply(payment=payment, answer=answer, at=self.at)


def found() -> World:
    """A co-op of three artists and two buyers, with its law, prices and first sales."""
    _law()
    members = [make.artist() for _ in range(3)]
    world = World(
        treasurer=make.treasurer(),
        board=make.founder(),
        members=members,
        buyers={make.buyer(): BERLIN, make.buyer(): PORTLAND},
        works=[make.work_on_sale(owner=members[number % 3]) for number in range(5)],
    )
    make.agreed_split(world.works[2], dict(zip(members, (1, 2, 4), strict=True)), at=world.at)
    patronage.consent(member=members[0], given=True, at=world.at)
    large = Choice("standard", "large")
    for buyer in world.buyers:
        world.tick()
        world.pay(world.order(buyer, dict.fromkeys(world.works[:3], large)))
    return world


def _law() -> None:
    articles = [VOTING, {**SURPLUS, "cash_bp": 2000}, EQUITY]
    bylaws.establish({"governance": {"bylaws": articles}}, at=LONG_AGO)
    withholding_in("US")
    terms = TERMS["royalties"]
    royalties.establish({"royalties": {**terms, "rates": NEW_RATES}}, NEW_RATE_FROM)
    make.price_book(small="14.99", medium="45.01", large="124.99", extra_large="399.97")
    make.tax_book()
