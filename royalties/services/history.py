"""Taking in what was sold before: many sales at once, each as if it had been recorded then."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db import transaction

from ledger.models import Entry
from ledger.rules import Move
from ledger.services import bulk, posting
from media.models import Work
from media.services.splits import History
from royalties.models import Sale, SaleShare
from royalties.rules import splits
from royalties.rules.months import Month
from royalties.rules.splits import Part
from royalties.services import periods
from royalties.services.rates import Rates
from royalties.services.sales import ruled
from stockcoop.kernel.errors import Refused
from stockcoop.kernel.money import Money
from stockcoop.kernel.rows import copied, numbered

# So many sales are one transaction: memory stays flat, and what broke off goes on from there.
BATCH = 5000


class BadHistory(Refused):
    """Sales that cannot be taken in as they are told."""

    status = 422


@dataclass(frozen=True, slots=True)
class Past:
    """A sale of the past. `reference` is its name for ever; `work` the uuid of a work."""

    reference: str
    work: str
    licence_kind: str
    price: Money
    buyer_name: str
    sold_at: datetime
    gateway: str


def take_in(told: Iterable[Past]) -> Iterator[int]:
    """Record the sales of `told`; yields how many are in, batch by batch.

    What is recorded already is passed over, so the same file may be given again. Raises
    BadHistory, NoRate and PeriodClosed for the first sale of a batch that cannot be; the batches
    before it stay.
    """
    done = 0
    rest = iter(told)
    while batch := list(islice(rest, BATCH)):
        _take_in(batch)
        done += len(batch)
        yield done


@transaction.atomic
def _take_in(batch: Sequence[Past]) -> None:
    _require_open(batch)
    fresh = _unrecorded(batch)
    works = _works(fresh)
    agreed = History(works.values())
    rates = Rates(works.values())
    sales, entries, shares = [], [], []
    for past in fresh:
        sale = Sale(
            reference=past.reference,
            work=works[past.work],
            licence_kind=past.licence_kind,
            price_minor=past.price.minor,
            currency=past.price.currency,
            buyer_name=past.buyer_name[:200],
            sold_at=past.sold_at,
        )
        split = ruled(sale, agreed.holding(sale.work, past.sold_at), rates.of(sale))
        moves = splits.postings(split, gateway=past.gateway)
        sale.entry = posting.stated(
            source=sale.source, postings=moves, at=past.sold_at, memo=sale.memo
        )
        sales.append(sale)
        entries.append((sale.entry, moves))
        shares.append(split.parts)
    _write(sales, entries, shares)


def _write(
    sales: Sequence[Sale],
    entries: Sequence[tuple[Entry, Sequence[Move]]],
    parts: Sequence[Sequence[Part]],
) -> None:
    bulk.write(entries)
    for sale in sales:
        sale.entry_id = sale.entry.pk
    numbered(sales, Sale)
    copied(sales, Sale)
    copied(
        (
            SaleShare(
                sale_id=sale.pk,
                member_id=part.member,
                weight=part.weight,
                amount_minor=part.amount.minor,
            )
            for sale, own in zip(sales, parts, strict=True)
            for part in own
        ),
        SaleShare,
    )


def _require_open(batch: Sequence[Past]) -> None:
    """Each month once, by its first sale. Raises PeriodClosed."""
    first: dict[Month, datetime] = {}
    for past in batch:
        month = periods.month_of(past.sold_at)
        first[month] = min(first.get(month, past.sold_at), past.sold_at)
    for at in first.values():
        periods.require_open_month(at)


def _unrecorded(batch: Sequence[Past]) -> list[Past]:
    """Those that are to be written. Raises BadHistory when one is recorded otherwise, or twice."""
    told = {past.reference: past for past in batch}
    if len(told) < len(batch):
        raise BadHistory("A sale is told twice: each reference stands for one sale.")
    for sale in Sale.objects.filter(reference__in=told).select_related("work"):
        past = told.pop(sale.reference)
        facts = (str(sale.work.uuid), sale.licence_kind, sale.price, sale.sold_at)
        if facts != (past.work, past.licence_kind, past.price, past.sold_at):
            raise BadHistory(f"The sale {sale.reference} is recorded with another content.")
    return list(told.values())


def _works(batch: Sequence[Past]) -> dict[str, Work]:
    wanted = {past.work for past in batch}
    found = {str(work.uuid): work for work in Work.objects.filter(uuid__in=wanted)}
    if missing := sorted(wanted - found.keys()):
        raise BadHistory(f"There is no work {missing[0]}.")
    return found
