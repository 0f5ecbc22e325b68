"""Payout runs against what was proposed, payouts against their entries."""

from collections.abc import Iterator

from ledger.models import Entry
from royalties.models import Payout, PayoutReturn, PayoutRun
from royalties.rules.payouts import PayoutState
from royalties.services import payouts


def differences() -> Iterator[str]:
    """Runs whose list was altered, and payouts that the ledger knows otherwise."""
    for run in PayoutRun.objects.prefetch_related("payouts").order_by("pk").iterator(100):
        computed = run.computed_digest()
        if computed != run.digest:
            sums = ", ".join(f"{p.amount} for member {p.member_id}" for p in run.payouts.all())
            yield (
                f"payout run {run.pk} of {sums or 'nothing'}: stored digest {run.digest[:12]}, "
                f"computed {computed[:12]}"
            )
    entries = {
        entry.source: entry
        for entry in Entry.objects.with_postings().filter(source__startswith="payout:")
    }
    for payout in Payout.objects.filter(state=PayoutState.PAID).order_by("pk").iterator():
        entry = entries.pop(f"payout:{payout.pk}", None)
        if entry is None or entry.pk != payout.entry_id or entry.at != payout.settled_at:
            yield f"payout {payout.pk}: stored entry {payout.entry_id}, computed {entry}"
        elif entry.moves() != payouts.moves(payout, payout.gateway):
            yield f"payout {payout.pk} of {payout.amount}: stored in the ledger {entry.moves()}"
    yield from _returns()
    for source in entries:
        yield f"entry {source}: stored in the ledger, computed no payout to explain it"


def _returns() -> Iterator[str]:
    """Payouts taken back, against the entries that took them back."""
    known = Entry.objects.filter(source__startswith="payout-back:")
    entries = {entry.source: entry for entry in known}
    for made in PayoutReturn.objects.exclude(entry=None).select_related("payout").order_by("pk"):
        entry = entries.pop(made.source, None)
        computed = (made.entry_id, made.payout.entry_id, made.done_at)
        stored = (entry.pk, entry.reverses_id, entry.at) if entry else None
        if stored != computed:
            yield f"payout {made.payout_id} taken back: stored entry {stored}, computed {computed}"
    for source in entries:
        yield f"entry {source}: stored in the ledger, computed no payout to explain it"
