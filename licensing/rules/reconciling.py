"""Two accounts of the same movements, held against each other."""

from collections.abc import Iterable, Iterator

from royalties.rules.movements import Moved


def differences(*, theirs: Iterable[Moved], ours: Iterable[Moved]) -> Iterator[str]:
    """A sentence for each movement that one side lacks, or states otherwise; by time.

    `theirs` is the gateway's account, `ours` what the ledger explains.
    """
    there = {moved.reference: moved for moved in theirs}
    here = {moved.reference: moved for moved in ours}
    both = here | there
    for reference in sorted(both, key=lambda name: (both[name].at, name)):
        yield from _of(there.get(reference), here.get(reference))


def _of(theirs: Moved | None, ours: Moved | None) -> Iterator[str]:
    if theirs is None or ours is None:
        one = theirs or ours
        assert one is not None
        where = (
            "at the gateway and unknown in the ledger"
            if theirs
            else "in the ledger and unknown at the gateway"
        )
        fee = f" less a fee of {one.fee}" if one.fee else ""
        yield f"{_name(one)} of {one.gross}{fee} is {where}."
        return
    if theirs.gross != ours.gross:
        yield f"{_name(ours)}: the gateway says {theirs.gross}, the ledger {ours.gross}."
    if theirs.fee != ours.fee:
        yield f"{_name(ours)}: the gateway says a fee of {theirs.fee}, the ledger {ours.fee}."


def _name(moved: Moved) -> str:
    about = f" about {moved.about}" if moved.about else ""
    return f"{moved.reference} ({moved.kind.replace('_', ' ')}{about})"
