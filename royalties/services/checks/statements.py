"""Statements, computed again from the ledger and the sales as they are now."""

from collections.abc import Iterator

from royalties.models import Statement
from royalties.rules.months import Month
from royalties.rules.statements import content
from royalties.services import accounts
from stockcoop.kernel.canonical import digest


def differences() -> Iterator[str]:
    """Statements whose balances or lines are not those that were issued."""
    months = Statement.objects.order_by("month").values_list("month", "currency").distinct()
    for first_day, currency in months:
        month = Month(first_day.year, first_day.month)
        issued = {
            statement.member_id: statement
            for statement in Statement.objects.filter(month=first_day, currency=currency)
        }
        for account in accounts.of_all(month, currency=currency):
            statement = issued.pop(account.member, None)
            if statement is None:
                if not account.is_empty:
                    yield f"statement of member {account.member}, {month}: stored none"
                continue
            stored = (statement.opening, statement.closing, statement.digest)
            computed = (account.opening, account.closing, digest(content(account)))
            if stored != computed:
                yield (
                    f"statement of member {account.member}, {month}: stored {_words(*stored)}, "
                    f"computed {_words(*computed)}"
                )
        for member in issued:
            yield f"statement of member {member}, {month}: stored, computed none"


def _words(opening: object, closing: object, mark: str) -> str:
    return f"{opening} to {closing} ({mark[:12]})"
