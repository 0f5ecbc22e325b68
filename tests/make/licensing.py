"""Prices, carts, orders and licences for tests, made by the services that make them in earnest."""

import io
import tomllib
from datetime import datetime
from itertools import count, pairwise
from uuid import uuid4

from django.core.files.storage import storages
from PIL import Image

from invoicing.rules.billing import Billing
from invoicing.services import assessing
from licensing.adapters.practice import PracticeGateway
from licensing.models import Download, Licence, Order, OrderLine, PriceBook
from licensing.rules.offers import Choice
from licensing.rules.states import PaymentState
from licensing.services import carts, establish, orders, payments
from media.models import Work
from media.rules.states import State
from media.services import ingest
from members.models import User
from stockcoop.env import ROOT
from stockcoop.kernel.money import Money
from teams.models import Project
from tests.make.ledger import NOON
from tests.make.members import LONG_AGO, artist, buyer
from tests.make.royalties import royalty_terms

STANDARD_SMALL = Choice("standard", "small")
STANDARD_LARGE = Choice("standard", "large")
_numbers = count(1)


def price_book(*, at: datetime = LONG_AGO, **standard: str) -> PriceBook:
    """The co-op's own prices, in force from `at`; `standard` sets standard prices by size."""
    data = tomllib.loads((ROOT / "stockcoop" / "coop.toml").read_text(encoding="utf-8"))
    kind = data["licensing"]["price_book"]["kinds"][0]
    assert kind["code"] == "standard"
    kind["prices"] |= standard
    establish.establish(data, at)
    return PriceBook.objects.latest("version")


def work_on_sale(
    *,
    owner: User | None = None,
    title: str = "Harbour at dawn",
    width: int = 4000,
    height: int = 3000,
    **fields: object,
) -> Work:
    """A published work without files, for what needs none."""
    number = next(_numbers)
    work = Work.objects.create(
        owner=owner or artist(), title=title, original_name="harbour.jpg", created_at=LONG_AGO
    )
    known = {
        "original_key": f"originals/{number}/original.jpg",
        "sha256": f"{number:064x}",
        "width": width,
        "height": height,
        **fields,
    }
    return published(work, **known)


def photograph_on_sale(*, owner: User | None = None, size: tuple[int, int] = (1600, 1200)) -> Work:
    """A published photograph whose original went through the real ingest."""
    number = next(_numbers)
    out = io.BytesIO()
    Image.effect_noise(size, number % 90 + 5).convert("RGB").save(out, "JPEG", quality=90)
    work = Work.objects.create(
        owner=owner or artist(),
        original_name="harbour.jpg",
        original_key=storages["originals"].save(f"{number}/harbour.jpg", out),
        state=State.UPLOADING,
        created_at=LONG_AGO,
    )
    Work.objects.filter(pk=work.pk).move(State.UPLOADING, State.INGESTING)
    ingest.ingest(work_id=work.pk, at=LONG_AGO)
    return published(work, title="Harbour at dawn", keywords=["harbour", "dawn"])


def published(work: Work, **fields: object) -> Work:
    """`work` after the legal moves that lead from where it is to the shop."""
    path = [State.UPLOADING, State.INGESTING, State.DRAFT, State.IN_REVIEW, State.PUBLISHED]
    work.refresh_from_db()
    steps = path[path.index(State(work.state)) :]
    rows = Work.objects.filter(pk=work.pk)
    rows.update(**fields)
    for before, after in pairwise(steps):
        dated = {"published_at": LONG_AGO} if after is State.PUBLISHED else {}
        assert rows.move(before, after, **dated)
    work.refresh_from_db()
    return work


def order(
    *,
    by: User | None = None,
    works: list[Work] | None = None,
    choice: Choice = STANDARD_SMALL,
    choices: dict[Work, Choice] | None = None,
    licensee: str = "Atlas Books",
    billing: Billing = orders.NOTHING_SAID,
    project: Project | None = None,
    at: datetime = NOON,
) -> Order:
    """An open order for `works` (one, unless told), each under `choice`; or for `choices`."""
    if not PriceBook.objects.exists():
        price_book()
    royalty_terms()
    by = by or buyer()
    wanted = choices or dict.fromkeys(works or [work_on_sale()], choice)
    for work, chosen in wanted.items():
        carts.put(buyer=by, work=work, choice=chosen, at=at)
    cart = carts.read(buyer=by, at=at)
    prices = [quote.price for _, quote in cart.payable]
    tax = assessing.of(billing=billing, prices=prices, at=at).total(cart.currency)
    return orders.place(
        buyer=by,
        token=uuid4(),
        licensee=licensee,
        agreed=cart.total + tax,
        billing=billing,
        project=project,
        at=at,
    )


def pay(order: Order, *, at: datetime = NOON) -> Order:
    """`order` after its buyer paid it on the practice gateway and came back."""
    end_payment(order, PaymentState.PAID, at=at)
    payments.hear(payment=order.payments.get(state=PaymentState.PENDING), at=at)
    return Order.objects.get(pk=order.pk)


def end_payment(order: Order, end: PaymentState, *, at: datetime = NOON) -> None:
    """The buyer goes to the practice gateway and ends the payment; nobody has heard of it yet."""
    payments.begin(order=order, return_url="https://shop.example/back", at=at)
    payment = order.payments.get(state=PaymentState.PENDING)
    PracticeGateway().decide(payment.reference, end)


def paid_line(*, price: Money | None = None, at: datetime = NOON, **facts: object) -> OrderLine:
    """The one line of a paid order; `price` becomes that of the standard small licence."""
    if price is not None:
        price_book(at=at, small=price.decimal())
    placed = order(at=at, **facts)  # type: ignore[arg-type]
    return pay(placed, at=at).lines.get()


def licence(**facts: object) -> Licence:
    """A licence, bought and paid for."""
    return paid_line(**facts).licence  # type: ignore[arg-type]


def upgrade_order(base: Licence, choice: Choice = STANDARD_LARGE, *, at: datetime = NOON) -> Order:
    """An open order of the upgrade of `base` to `choice`."""
    carts.put(buyer=base.buyer, work=base.work, choice=choice, upgrade=base, at=at)
    total, licensee = carts.read(buyer=base.buyer, at=at).total, base.line.order.licensee
    return orders.place(buyer=base.buyer, token=uuid4(), licensee=licensee, agreed=total, at=at)


def upgrade(base: Licence, choice: Choice = STANDARD_LARGE, *, at: datetime = NOON) -> Licence:
    """The licence that supersedes `base`, paid for."""
    return pay(upgrade_order(base, choice, at=at), at=at).lines.get().licence


def download(**facts: object) -> Download:
    """A download on record, of a file that was never made."""
    return Download.objects.create(
        licence=licence(**facts),
        at=NOON,
        name="harbour-1024x768.jpg",
        media_type="image/jpeg",
        bytes=1000,
        sha256="0" * 64,
    )
