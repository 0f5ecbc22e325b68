"""What is finished stays finished: nothing is booked into a closed year or an issued statement."""

from datetime import date, datetime

from django.db import connection
from django.utils import timezone

from ledger.models import Entry
from royalties.rules.months import Month
from stockcoop.kernel.errors import Refused


class PeriodClosed(Refused):
    """The day belongs to a time whose figures were already told or closed."""


# Many book at once; none does while a year is being closed.
HOLD = "pg_advisory_xact_lock_shared(hashtext('royalties.periods'))"

# Whether the year is closed and a statement told. To be asked in a statement after the one that
# holds: each sees what was committed before it began.
FINISHED = """
       EXISTS (SELECT FROM ledger_entry WHERE source = %(close)s),
       EXISTS (SELECT FROM royalties_statement WHERE month >= %(month)s)
       OR EXISTS (SELECT FROM royalties_yearstatement WHERE year >= %(year)s)
"""


def month_of(at: datetime) -> Month:
    """The month of `at` in the co-op's time zone."""
    return Month.of(at, timezone.get_default_timezone())


def year_is_closed(year: int) -> bool:
    """Whether the year's result was closed: its entry is in the ledger."""
    return Entry.objects.filter(source=f"close:{year}").exists()


def hold_to_close() -> None:
    """Wait for bookings under way and let none begin until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('royalties.periods'))")


def require_open_year(at: datetime) -> None:
    """Raise PeriodClosed if the year of `at` is closed.

    An open year stays open until the caller's transaction ends.
    """
    _hold_to_book()
    year = month_of(at).year
    if year_is_closed(year):
        raise _year_closed(year)


def require_open_month(at: datetime) -> None:
    """Raise PeriodClosed if statements of the month of `at`, or a later one, have been issued.

    Whatever touches a member's account asks this; a closed year refuses it too.
    """
    _hold_to_book()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {FINISHED}", asked(at))
        closed, told = cursor.fetchone()
    refuse(at, closed=closed, told=told)


def asked(at: datetime) -> dict[str, int | str | date]:
    """The values of FINISHED."""
    month = month_of(at)
    return {"year": month.year, "month": month.first_day(), "close": f"close:{month.year}"}


def refuse(at: datetime, *, closed: bool, told: bool) -> None:
    """Raise PeriodClosed for what FINISHED found, if it is in the way."""
    month = month_of(at)
    if closed:
        raise _year_closed(month.year)
    if told:
        raise PeriodClosed(
            f"Statements for {month.words()} have been issued. Book it in a later month."
        )


def _year_closed(year: int) -> PeriodClosed:
    return PeriodClosed(f"The year {year} is closed. Book it in an open year.")


def _hold_to_book() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {HOLD}")
