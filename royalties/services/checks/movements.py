"""Movements of gateways, held against the entries that they explain."""

from collections import defaultdict
from collections.abc import Iterator

from ledger.models import Entry
from royalties.models import Movement, MovementEntry
from royalties.rules.movements import net


def differences() -> Iterator[str]:
    """Movements whose entries move another sum, and entries of movements that are not there."""
    moves = _moves()
    for movement in Movement.objects.order_by("pk").iterator(chunk_size=2000):
        entries = moves.pop(movement.pk, [])
        computed = sum(
            net(movement.gateway, entry.moves(), movement.currency).minor for entry in entries
        )
        if computed != movement.net.minor:
            yield (
                f"{movement} of {movement.gross} less {movement.fee}: stored in the ledger "
                f"{computed} minor units, computed {movement.net.minor}"
            )
    known = MovementEntry.objects.values("entry")
    for prefix in ("fee:", "movement:"):
        lost = Entry.objects.filter(source__startswith=prefix).exclude(pk__in=known)
        for source in lost.values_list("source", flat=True):
            yield f"entry {source}: stored in the ledger, computed nothing to explain it"


def _moves() -> dict[int, list[Entry]]:
    entries = {
        entry.pk: entry
        for entry in Entry.objects.with_postings().filter(
            pk__in=MovementEntry.objects.values("entry")
        )
    }
    found: dict[int, list[Entry]] = defaultdict(list)
    for movement, entry in MovementEntry.objects.values_list("movement", "entry"):
        found[movement].append(entries[entry])
    return found
