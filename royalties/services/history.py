"""Taking in what was sold before: many sales at once, each as if it had been recorded then."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from itertools import islice

from django.db import connection, transaction

from ledger.rules import Plain
from ledger.services import bulk
from media.models import Work
from media.services.splits import History
from royalties.rules import chart, sold, splits
from royalties.rules.months import Month
from royalties.rules.past import Past
from royalties.rules.sold import BUYER_LENGTH, TITLE_LENGTH, Sold
from royalties.services import periods
from royalties.services.rates import Rates
from stockcoop.kernel.canonical import digest
from stockcoop.kernel.errors import Refused
from stockcoop.kernel.rows import Written, copy, numbers, written

# So many sales are worked out and copied at a time, and memory stays flat.
BATCH = 5000
# From so many works on, those that are known are forgotten.
MOST_WORKS = 100_000

# The co-op's part, and those of the sale's shares.
_Amounts = tuple[int, tuple[int, ...]]


class BadHistory(Refused):
    """Sales that cannot be taken in as they are told; `faults` has a sentence for each."""

    status = 422

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__(faults[0])
        self.faults = faults


@transaction.atomic
def take_in(told: Iterable[Past], *, progress: Callable[[int], None] = lambda _: None) -> int:
    """Record the sales of `told`, all or none; how many are new.

    What is recorded already is passed over, so the same may be given again. `progress` hears how
    many were told so far. Raises BadHistory with all faults of the first batch that has one.
    """
    rest, seen, new = iter(told), 0, 0
    with ThreadPoolExecutor(max_workers=1) as thread:
        writer = _Writer(thread)
        while batch := list(islice(rest, BATCH)):
            new += writer.take_in(batch)
            seen += len(batch)
            progress(seen)
        writer.end()
    return new


class _Writer:
    """What many sales share is read once: works, splits, rates and accounts.

    Of three batches in a row one is copied while the `thread` writes out the next one's rows: the
    thread never asks the database.
    """

    def __init__(self, thread: ThreadPoolExecutor) -> None:
        self._thread = thread
        self._waiting: Future[list[Written]] | None = None
        self._under_way: dict[str, Past] = {}
        self._works: dict[str, tuple[int, int, str]] = {}
        self._splits = History([])
        self._rates = Rates()
        self._entries = bulk.Writer()

    def take_in(self, batch: Sequence[Past]) -> int:
        fresh, faults = _unrecorded(batch, self._under_way)
        self._read_works(fresh)
        closed = _closed_months(fresh)
        ruled: list[tuple[Sold, _Amounts]] = []
        for past in fresh:
            try:
                ruled.append(self._ruled(past, closed))
            except (Refused, ValueError) as fault:
                faults.append(_fault(past, str(fault)))
        if faults:
            raise BadHistory(faults)
        entries = [_entry(past, *one) for past, one in zip(fresh, ruled, strict=True)]
        ids = self._entries.numbered(entries)
        pks = numbers("royalties_sale", len(entries))
        rows = self._thread.submit(self._written, ids, entries, pks, ruled)
        self.end()
        self._waiting, self._under_way = rows, {past.reference: past for past in fresh}
        return len(fresh)

    def end(self) -> None:
        """Copy what is written and not copied yet."""
        if self._waiting is not None:
            copy(self._waiting.result())
            # What the database would look at last it looks at now: its list of it stays short.
            connection.check_constraints()
        self._waiting = None

    def _read_works(self, batch: Sequence[Past]) -> None:
        wanted = {past.work for past in batch} - self._works.keys()
        if len(self._works) + len(wanted) > MOST_WORKS:
            self._works, self._splits = {}, History([])
            wanted = {past.work for past in batch}
        works = list(Work.objects.filter(uuid__in=wanted)) if wanted else []
        self._splits.add(works)
        for work in works:
            self._works[str(work.uuid)] = (work.pk, work.owner_id, str(work)[:TITLE_LENGTH])

    def _ruled(self, past: Past, closed: Mapping[Month, str]) -> tuple[Sold, _Amounts]:
        """The sale with the rules of its day. Raises Refused, ValueError when there is none."""
        if closed and (words := closed.get(periods.month_of(past.sold_at))):
            raise ValueError(words)
        if past.work not in self._works:
            raise ValueError(f"There is no work {past.work}.")
        work, owner, title = self._works[past.work]
        kind, at, price = past.licence_kind, past.sold_at, past.price
        rule = self._rates.of(work=work, owner=owner, licence_kind=kind, at=at)
        agreed = self._splits.holding(work, at)
        weights = tuple([weight for _, weight in agreed.shares])
        amounts = splits.amounts_of(price.minor, rule.coop_rate_bp, weights)
        facts = Sold(
            past.reference, work, title, kind, past.buyer_name[:BUYER_LENGTH], price.minor,
            price.currency, rule.key, rule.coop_rate_bp, rule.words, agreed.version,
            agreed.shares, at,
        )  # fmt: skip
        return facts, amounts

    def _written(
        self,
        ids: Sequence[int],
        entries: Sequence[bulk.Told],
        pks: Sequence[int],
        ruled: Sequence[tuple[Sold, _Amounts]],
    ) -> list[Written]:
        sales = (
            (pk, entry, digest(facts.stated()), *facts)
            for pk, entry, (facts, _) in zip(pks, ids, ruled, strict=True)
        )
        shares = (
            (pk, member, weight, minor)
            for pk, (facts, (_, amounts)) in zip(pks, ruled, strict=True)
            for (member, weight), minor in zip(facts.shares, amounts, strict=True)
        )
        return [
            *self._entries.written(ids, entries),
            written("royalties_sale", f"id, entry_id, digest, {', '.join(Sold._fields)}", sales),
            written("royalties_saleshare", "sale_id, member_id, weight, amount_minor", shares),
        ]


def _entry(past: Past, facts: Sold, amounts: _Amounts) -> bulk.Told:
    """The entry that `splits.postings` would make, of bare values."""
    gateway, currency = chart.gateway(past.gateway), facts.currency
    coop, parts = amounts
    moves = [Plain(gateway, chart.COMMISSION, coop, currency)] if coop else []
    moves += [
        Plain(gateway, chart.member(member), minor, currency)
        for (member, _), minor in zip(facts.shares, parts, strict=True)
        if minor
    ]
    said = sold.memo(facts.licence_kind, facts.title)
    return bulk.Told(sold.source(facts.reference), facts.sold_at, said, moves)


_RECORDED = """
SELECT s.reference, w.uuid::text, s.licence_kind, s.price_minor, s.currency, s.sold_at
  FROM royalties_sale s JOIN media_work w ON w.id = s.work_id WHERE s.reference = ANY(%s)
"""


def _unrecorded(
    batch: Sequence[Past], under_way: Mapping[str, Past]
) -> tuple[list[Past], list[str]]:
    """Those that are to be written, and what is wrong with others; `under_way` soon are written."""
    told: dict[str, Past] = {}
    faults = []
    for past in batch:
        if past.reference in told:
            faults.append(_fault(past, "It is told twice: each reference stands for one sale."))
        told[past.reference] = past
    with connection.cursor() as cursor:
        cursor.execute(_RECORDED, [list(told)])
        recorded = {reference: tuple(facts) for reference, *facts in cursor}
    recorded |= {name: _facts(under_way[name]) for name in told.keys() & under_way.keys()}
    for reference, facts in recorded.items():
        past = told.pop(reference)
        if facts != _facts(past):
            faults.append(_fault(past, "It is recorded already, with another content."))
    return list(told.values()), faults


def _facts(past: Past) -> tuple[object, ...]:
    """What _RECORDED reads of it."""
    price = past.price
    return past.work, past.licence_kind, price.minor, price.currency, past.sold_at


def _closed_months(batch: Sequence[Past]) -> dict[Month, str]:
    """Months of `batch` in which nothing is booked any more, with a sentence that says so."""
    first: dict[Month, datetime] = {}
    for past in batch:
        first.setdefault(periods.month_of(past.sold_at), past.sold_at)
    closed = {}
    for month, at in first.items():
        try:
            periods.require_open_month(at)
        except periods.PeriodClosed as refusal:
            closed[month] = refusal.message
    return closed


def _fault(past: Past, words: str) -> str:
    where = f"line {past.line}, " if past.line else ""
    return f"{where}sale {past.reference}: {words}"
