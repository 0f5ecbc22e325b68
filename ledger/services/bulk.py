"""Writing very many entries at once, for history that is brought in."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from ledger.models import Account
from ledger.rules import Plain, content_of_plain
from ledger.services.posting import open_accounts
from stockcoop.kernel.canonical import digest
from stockcoop.kernel.rows import Written, numbers, written

Row = tuple[object, ...]


class Told(NamedTuple):
    """An entry to be written; it reverses none."""

    source: str
    at: datetime
    memo: str
    moves: Sequence[Plain]


class Writer:
    """Writes entries with their postings. It remembers the accounts, so keep one for many calls."""

    def __init__(self) -> None:
        self._accounts: dict[tuple[str, str], int] = {}

    def numbered(self, told: Sequence[Told]) -> list[int]:
        """Open the accounts that the entries need; ids for these entries, in order."""
        self._open(told)
        return numbers("ledger_entry", len(told))

    def written(self, ids: Sequence[int], told: Sequence[Told]) -> list[Written]:
        """The entries with the `ids` that `numbered` gave for them, to be copied.

        Unlike `posting.post` the copy takes none that is there: it raises IntegrityError.
        """
        entries = (
            (pk, one.source, one.at, one.memo, len(one.moves), _digest(one))
            for pk, one in zip(ids, told, strict=True)
        )
        return [
            written("ledger_entry", "id, source, at, memo, size, digest", entries),
            written(
                "ledger_posting",
                "entry_id, at, position, debit_id, credit_id, amount_minor, currency",
                self._postings(ids, told),
            ),
        ]

    def _open(self, told: Sequence[Told]) -> None:
        moves = [move for one in told for move in one.moves]
        named = {(move.debit, move.currency) for move in moves}
        named.update((move.credit, move.currency) for move in moves)
        if new := named - self._accounts.keys():
            open_accounts(new)
            found = Account.objects.filter(code__in={code for code, _ in new})
            for pk, code, currency in found.values_list("pk", "code", "currency"):
                self._accounts[code, currency] = pk

    def _postings(self, ids: Sequence[int], told: Sequence[Told]) -> Iterator[Row]:
        accounts = self._accounts
        for pk, one in zip(ids, told, strict=True):
            at = one.at
            for position, (debit, credit, minor, currency) in enumerate(one.moves):
                from_, to = accounts[debit, currency], accounts[credit, currency]
                yield pk, at, position, from_, to, minor, currency


def _digest(one: Told) -> str:
    said = content_of_plain(source=one.source, at=one.at, reverses=None, moves=one.moves)
    return digest(said)
