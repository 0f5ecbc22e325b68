"""Where the money of an order goes, line by line: before it is paid and afterwards."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from licensing.models import Order, OrderLine
from licensing.rules.offers import Quote
from media.models import Work
from members.models import User
from royalties.rules import splits
from royalties.rules.splits import Split
from royalties.services import rates
from royalties.services.rates import NoRate
from stockcoop.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a price: to an artist (by handle) or, with no handle, to the co-op."""

    label: str
    money: Money
    note: str
    handle: str = ""


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """An order line as its receipt shows it; `parts` is empty until it is paid."""

    line: OrderLine
    quote: Quote
    parts: list[Part]


def artists_of(work: Work, at: datetime) -> list[User]:
    """Who shares in `work` at `at`, its owner first."""
    makers = User.objects.filter(pk__in=[member for member, _ in work.shares(at)])
    return sorted(makers, key=lambda maker: (maker.pk != work.owner_id, maker.name, maker.pk))


def expected(*, work: Work, quote: Quote, at: datetime) -> list[Part]:
    """Where the price of `quote` would go by the royalty rule in force; empty if there is none."""
    try:
        rate = rates.that_applies(work=work, licence_kind=quote.kind.code, at=at)
    except NoRate:
        return []
    shares = work.shares(at)
    split = splits.of_sale(price=quote.price, coop_rate_bp=rate.coop_rate_bp, shares=shares)
    return parts_of(split, User.objects.in_bulk([part.member for part in split.parts]))


def of(order: Order) -> list[ReceiptLine]:
    """The receipt of `order`, each line from the sale that was recorded for it."""
    lines = list(
        order.lines.select_related(
            "work__owner", "price_book", "terms", "licence__sale", "refund"
        ).prefetch_related("work__renditions")
    )
    sold = {line.pk: line.licence.sale.split() for line in lines if hasattr(line, "licence")}
    members = {part.member for split in sold.values() for part in split.parts}
    people = User.objects.in_bulk(members)
    return [
        ReceiptLine(
            line=line,
            quote=line.quote(),
            parts=parts_of(sold[line.pk], people) if line.pk in sold else [],
        )
        for line in lines
    ]


def parts_of(split: Split, people: dict[int, User]) -> list[Part]:
    """The parts of `split`, artists first; `people` holds its members by id."""
    artists = [
        Part(
            label=people[part.member].name,
            money=part.amount,
            note="the artist" if len(split.parts) == 1 else "an artist of this work",
            handle=people[part.member].handle,
        )
        for part in split.parts
    ]
    coop = "the co-op: its costs, and a surplus for its members"
    return [*artists, Part(settings.COOP_NAME, split.coop, coop)]
