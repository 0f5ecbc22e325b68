"""Remittances, held against what was proposed and against their entries."""

from collections.abc import Iterator

from ledger.models import Entry
from royalties.models import Remittance, RemittanceReturn
from royalties.rules import remittances


def differences() -> Iterator[str]:
    """Remittances that are not what was proposed, or whose entries move something else."""
    known = Entry.objects.with_postings().filter(source__startswith="remittance:")
    entries = {entry.source: entry for entry in known}
    for made in Remittance.objects.order_by("pk").iterator():
        if made.computed_digest() != made.digest:
            yield f"remittance {made.pk} of {made.amount}: it does not match its digest"
        if made.entry_id is None:
            continue
        entry = entries.pop(made.source, None)
        computed = (made.entry_id, remittances.moves(made.account, made.amount), made.decided_at)
        stored = (entry.pk, entry.moves(), entry.at) if entry else None
        if stored != computed:
            yield f"remittance {made.pk} of {made.amount}: stored in the ledger {entry}"
    yield from _returns()
    for source in entries:
        yield f"entry {source}: stored in the ledger, computed no remittance to explain it"


def _returns() -> Iterator[str]:
    """Remittances that came back, against the entries that took them back."""
    known = Entry.objects.filter(source__startswith="remittance-back:")
    entries = {entry.source: entry for entry in known}
    for made in RemittanceReturn.objects.select_related("remittance").order_by("pk"):
        entry = entries.pop(made.remittance.return_source, None)
        computed = (made.entry_id, made.remittance.entry_id, made.at)
        stored = (entry.pk, entry.reverses_id, entry.at) if entry else None
        if stored != computed:
            yield f"{made}: stored entry {stored}, computed {computed}"
    for source in entries:
        yield f"entry {source}: stored in the ledger, computed no remittance that came back"
