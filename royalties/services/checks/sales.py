"""Sales and refunds: each split computed again and held against its rows and its entry."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Exists, OuterRef, Prefetch

from ledger.models import Entry, Posting
from ledger.rules import Move
from royalties.models import Refund, Restoration, Sale
from royalties.rules import splits


def differences() -> Iterator[str]:
    """What sales, parts and refunds store otherwise than their rules give."""
    postings = Posting.objects.select_related("debit", "credit").order_by("position")
    sales = (
        Sale.objects.select_related("entry", "rate")
        .prefetch_related("parts", Prefetch("entry__postings", postings))
        .order_by("pk")
    )
    for sale in sales.iterator(chunk_size=1000):
        yield from _sale(sale)
    refunds = Refund.objects.select_related("entry", "sale").order_by("sale", "number")
    for refund in refunds.iterator():
        yield from _refund(refund)
    restorations = Restoration.objects.select_related("entry", "refund__sale").order_by("pk")
    for made in restorations.iterator():
        computed = (made.refund.entry_id, made.source, made.at)
        yield from _reversal(f"restoration of sale {made.refund.sale.reference}", made, computed)
    yield from _without_a_row()


def _sale(sale: Sale) -> Iterator[str]:
    name = f"sale {sale.reference}"
    if (sale.rate.licence_kind, sale.rate.coop_rate_bp) != (sale.licence_kind, sale.coop_rate_bp):
        yield f"{name}: stored rate {sale.coop_rate_bp} bp, in force {sale.rate.coop_rate_bp} bp"
    try:
        split = sale.split()
        posted = sale.entry.moves()
    except ValueError as error:
        yield f"{name}: stored figures that are no sale: {error}"
        return
    stored = {part.member_id: (part.weight, part.amount_minor) for part in sale.parts.all()}
    computed = {part.member: (part.weight, part.amount.minor) for part in split.parts}
    for member in sorted(stored.keys() | computed.keys()):
        was, is_ = stored.get(member), computed.get(member)
        if was != is_:
            yield f"{name}, part of member {member}: stored {_part(was)}, computed {_part(is_)}"
    gateway = posted[0].debit.partition(":")[2]
    moves = splits.postings(split, gateway=gateway)
    if posted != moves:
        yield f"{name}: stored in the ledger {_sums(posted)}, computed {_sums(moves)}"
    if (sale.entry.source, sale.entry.at) != (f"sale:{sale.reference}", sale.sold_at):
        yield f"{name} of {sale.sold_at}: stored entry {sale.entry} of {sale.entry.at}"


def _refund(refund: Refund) -> Iterator[str]:
    before = Restoration.objects.filter(
        refund__sale=refund.sale_id, refund__number=refund.number - 1
    ).first()
    counted = before.entry_id if before else refund.sale.entry_id
    computed = (counted, refund.source, refund.at)
    yield from _reversal(f"refund of sale {refund.sale.reference}", refund, computed)


def _reversal(
    name: str, row: Refund | Restoration, computed: tuple[int, str, datetime]
) -> Iterator[str]:
    stored = (row.entry.reverses_id, row.entry.source, row.entry.at)
    if stored != computed:
        yield f"{name}: stored entry {stored}, computed {computed}"


def _without_a_row() -> Iterator[str]:
    """Entries that speak of a sale or a refund that is not there."""
    for prefix, known in {
        "sale:": Exists(Sale.objects.filter(entry=OuterRef("pk"))),
        "refund:": Exists(Refund.objects.filter(entry=OuterRef("pk"))),
        "restored:": Exists(Restoration.objects.filter(entry=OuterRef("pk"))),
    }.items():
        lost = Entry.objects.filter(~known, source__startswith=prefix)
        for source in lost.values_list("source", flat=True):
            yield f"entry {source}: stored in the ledger, computed nothing to explain it"


def _part(part: tuple[int, int] | None) -> str:
    return "nothing" if part is None else f"{part[1]} for weight {part[0]}"


def _sums(moves: list[Move]) -> str:
    return ", ".join(f"{move.amount} to {move.credit}" for move in moves)
