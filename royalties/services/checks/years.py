"""Statements of years, computed again from the ledger and the sales as they are now."""

from collections.abc import Iterator

from royalties.models import YearStatement
from royalties.rules.years import content
from royalties.services import years
from stockcoop.kernel.canonical import digest


def differences() -> Iterator[str]:
    """Statements whose balances or lines are not those that were issued."""
    told = YearStatement.objects.order_by("year").values_list("year", "currency").distinct()
    for number, currency in told:
        issued = {
            statement.member_id: statement
            for statement in YearStatement.objects.filter(year=number, currency=currency)
        }
        for year in years.of_all(number, currency):
            statement = issued.pop(year.member, None)
            if statement is None:
                if not year.is_empty:
                    yield f"year statement of member {year.member}, {number}: stored none"
                continue
            stored = (statement.opening, statement.closing, statement.digest)
            computed = (year.opening, year.closing, digest(content(year)))
            if stored != computed:
                yield (
                    f"year statement of member {year.member}, {number}: stored "
                    f"{stored[0]} to {stored[1]} ({stored[2][:12]}), computed "
                    f"{computed[0]} to {computed[1]} ({computed[2][:12]})"
                )
        for member in issued:
            yield f"year statement of member {member}, {number}: stored, computed none"
