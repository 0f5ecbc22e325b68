"""What happens to market freezes in several tests."""

import tomllib
from datetime import datetime, timedelta

from django.db import transaction

from licensing.models import Licence, Order
from licensing.rules.freezes import Freeze
from licensing.rules.offers import Choice, NotOnOffer
from licensing.rules.states import PaymentState
from licensing.services import carts, establish, payments, refunds
from media.models import Work
from stockcoop.env import ROOT
from tests import make
from tests.make.ledger import NOON
from tests.make.members import LONG_AGO

MEDIUM = Choice("standard", "medium")
SIX = Freeze(6, "worldwide", "any")
TWELVE = Freeze(12, "worldwide", "any")
EUROPE = Freeze(6, "europe", "advertising")
FROZEN = Choice("standard", "medium", freeze=SIX)
IN_EUROPE = Choice("standard", "medium", freeze=EUROPE)
DAY = timedelta(days=1)
LATER = NOON + DAY


def data(**changes: object) -> None:
    """The co-op's own price book with `changes` to what it says of freezes; kinds by code too."""
    content = tomllib.loads((ROOT / "stockcoop" / "coop.toml").read_text(encoding="utf-8"))
    for kind in content["licensing"]["price_book"]["kinds"]:
        kind.update(changes.pop(kind["code"], {}))
    content["licensing"]["price_book"]["freeze"] |= changes
    establish.establish(content, LONG_AGO)


def bought(work: Work, choice: Choice = FROZEN, at: datetime = NOON) -> Licence:
    return make.licence(works=[work], choice=choice, at=at)


def paid(work: Work, choice: Choice, at: datetime = NOON) -> Order:
    """An order whose buyer has paid at the gateway; nobody has heard of it yet."""
    order = make.order(works=[work], choice=choice, at=at)
    make.end_payment(order, PaymentState.PAID, at=at)
    return order


def hear(order: Order, at: datetime) -> bool:
    """Whether the order got its licence."""
    payments.hear(payment=order.payments.get(), at=at)
    return Licence.objects.filter(line__order=order).exists()


def give_back(licence: Licence, at: datetime) -> None:
    line = licence.line
    refunds.give_back(order=line.order, lines=[line], reason="R", by=make.treasurer(), at=at)


def in_the_way(work: Work, choice: Choice, at: datetime) -> str:
    """Why nobody else can put `work` into their cart; "" when they can."""
    try:
        with transaction.atomic():
            carts.put(buyer=make.buyer(), work=work, choice=choice, at=at)
    except NotOnOffer as refusal:
        return refusal.message
    return ""
