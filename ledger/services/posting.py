"""Writing to the ledger: the one place where entries come from."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import IntegrityError, connection, transaction

from ledger.models import Account, Entry
from ledger.rules import Move, content, mirrored
from ledger.rules.accounts import kind_of
from stockcoop.kernel import prepared
from stockcoop.kernel.canonical import digest
from stockcoop.kernel.errors import Refused
from stockcoop.kernel.rows import Part, recordset


class SourceTaken(Refused):
    """The source has an entry already, and that entry moves something else."""


class AlreadyReversed(Refused):
    """The entry was taken back before, under another source."""


# One round trip writes the entry, its postings and what goes along. It writes nothing when an
# account is still missing or when the source has its entry already; `post` then finds out which.
# Accounts are looked up one by one: a join is planned for a hundred moves, and reads them all.
_POST = """
WITH named AS (
  SELECT ordinal - 1 AS position, minor, currency,
         (SELECT id FROM ledger_account a WHERE (a.code, a.currency) = (debit, m.currency))
           AS debit_id,
         (SELECT id FROM ledger_account a WHERE (a.code, a.currency) = (credit, m.currency))
           AS credit_id
    FROM ROWS FROM (json_to_recordset(%(moves)s::json)
                    AS (debit text, credit text, minor bigint, currency text))
      WITH ORDINALITY AS m (debit, credit, minor, currency, ordinal)
), entry AS (
  INSERT INTO ledger_entry (source, at, memo, size, digest, reverses_id)
  SELECT %(source)s, %(at)s, %(memo)s, %(size)s::int, %(digest)s, %(reverses)s::bigint
   WHERE (SELECT bool_and(debit_id IS NOT NULL AND credit_id IS NOT NULL) FROM named)
  ON CONFLICT (source) DO NOTHING
  RETURNING id
), posting AS (
  INSERT INTO ledger_posting (entry_id, at, position, debit_id, credit_id, amount_minor, currency)
  SELECT entry.id, %(at)s, position, debit_id, credit_id, minor, currency FROM entry, named
)
"""


def post(
    *,
    source: str,
    postings: Sequence[Move],
    at: datetime,
    memo: str = "",
    reverses: Entry | None = None,
    along: Sequence[Part] = (),
) -> Entry:
    """Write the entry of `source`, or return the stored one when it moves the same.

    Accounts come into being when they are first named. `at` and `memo` belong to the first call:
    a repeated one may bring others and changes nothing. The rows of `along` are written with the
    entry, by the same statement; they may take `entry.id`, and ids from one another. They are not
    written, and get no id, when the stored entry is returned.
    Raises SourceTaken when the stored entry moves something else, and ValueError when there are no
    postings or an account's code is not in the grammar.
    """
    entry = stated(source=source, postings=postings, at=at, memo=memo, reverses=reverses)
    if _write(entry, postings, along):
        return entry
    stored = _stored(source)
    if stored is None:
        open_accounts((code, m.amount.currency) for m in postings for code in (m.debit, m.credit))
        if _write(entry, postings, along):
            return entry
        # Somebody else posted it between the two looks.
        stored = Entry.objects.with_postings().get(source=source)
    if (stored.reverses_id, stored.moves()) != (entry.reverses_id, list(postings)):
        raise SourceTaken(f"{source} is in the ledger already, with another content.")
    return stored


def reverse(*, entry: Entry, source: str, at: datetime, memo: str = "") -> Entry:
    """Take `entry` back by its mirror image; a repeated call returns the stored reversal.

    Raises AlreadyReversed when that happened under another source: an entry is taken back once;
    SourceTaken when `source` stands for something else.
    """
    moves = mirrored(entry.moves())
    try:
        with transaction.atomic():
            return post(source=source, postings=moves, at=at, memo=memo, reverses=entry)
    except IntegrityError as error:
        # Who posts the same at the same moment may meet the entry at its key to `entry` first.
        stored = _stored(source)
        if stored is not None and (stored.reverses_id, stored.moves()) == (entry.pk, moves):
            return stored
        raise AlreadyReversed(f"{entry.source} was taken back before.") from error


def stated(
    *,
    source: str,
    postings: Sequence[Move],
    at: datetime,
    memo: str,
    reverses: Entry | None = None,
) -> Entry:
    """The entry, unsaved, with its digest. Raises ValueError when there are no postings."""
    if not postings:
        raise ValueError(f"the entry {source} moves nothing")
    taken_back = reverses.source if reverses else None
    said = content(source=source, at=at, reverses=taken_back, moves=postings)
    size, mark = len(postings), digest(said)
    return Entry(source=source, at=at, memo=memo, size=size, digest=mark, reverses=reverses)


def _write(entry: Entry, postings: Sequence[Move], along: Sequence[Part]) -> bool:
    parts = "".join(f", {part.name} AS ({part.sql})" for part in along)
    new = [("entry", entry)] + [(part.name, part.row) for part in along if part.row]
    names = [name for name, _ in new]
    what = ", ".join(f"{name}.id" for name in names)
    values = {name: value for part in along for name, value in part.values.items()}
    # The names are those that callers write in code, never anybody's input.
    query = f"{_POST}{parts} SELECT {what} FROM {', '.join(names)}"  # noqa: S608
    ids = prepared.one(query, values | _values(entry, postings))
    if ids is None:
        return False
    for (_, row), pk in zip(new, ids, strict=True):
        row.pk = pk
        row._state.adding = False
        row._state.db = connection.alias
    return True


def _values(entry: Entry, postings: Sequence[Move]) -> dict[str, object]:
    return {
        "source": entry.source,
        "at": entry.at,
        "memo": entry.memo,
        "size": entry.size,
        "digest": entry.digest,
        "reverses": entry.reverses_id,
        "moves": recordset(
            {
                "debit": move.debit,
                "credit": move.credit,
                "minor": move.amount.minor,
                "currency": move.amount.currency,
            }
            for move in postings
        ),
    }


def _stored(source: str) -> Entry | None:
    return Entry.objects.with_postings().filter(source=source).first()


def open_accounts(named: Iterable[tuple[str, str]]) -> None:
    """Open the accounts, by code and currency, that are not there yet."""
    Account.objects.bulk_create(
        [
            Account(code=code, kind=kind_of(code), currency=currency)
            # In one order everywhere, so that two who open the same accounts cannot deadlock.
            for code, currency in sorted(set(named))
        ],
        ignore_conflicts=True,
    )
