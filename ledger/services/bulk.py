"""Writing very many entries at once, for history that is brought in."""

from collections.abc import Sequence

from ledger.models import Account, Entry, Posting
from ledger.rules import Move
from ledger.services.posting import open_accounts
from stockcoop.kernel.rows import copied, numbered


def write(told: Sequence[tuple[Entry, Sequence[Move]]]) -> None:
    """COPY entries, made by `posting.stated`, with their moves; each gets its id.

    Unlike `posting.post` it takes none that is there: raises IntegrityError.
    """
    open_accounts([move for _, moves in told for move in moves])
    codes = {code for _, moves in told for move in moves for code in (move.debit, move.credit)}
    ids = {
        (code, currency): pk
        for pk, code, currency in Account.objects.filter(code__in=codes).values_list(
            "pk", "code", "currency"
        )
    }
    entries = [entry for entry, _ in told]
    numbered(entries, Entry)
    copied(entries, Entry)
    copied(
        (
            Posting(
                entry_id=entry.pk,
                at=entry.at,
                position=position,
                debit_id=ids[move.debit, move.amount.currency],
                credit_id=ids[move.credit, move.amount.currency],
                amount_minor=move.amount.minor,
                currency=move.amount.currency,
            )
            for entry, moves in told
            for position, move in enumerate(moves)
        ),
        Posting,
    )
