"""What is finished stays finished: nothing is booked into a closed year or an issued statement."""

from datetime import datetime

from django.db import connection
from django.utils import timezone

from ledger.models import Entry
from royalties.rules.months import Month
from stockcoop.kernel.errors import Refused


class PeriodClosed(Refused):
    """The day belongs to a time whose figures were already told or closed."""


# Asked after the lock is held: a statement sees what was committed before it began.
_FINISHED = """
SELECT EXISTS (SELECT FROM ledger_entry WHERE source = %(close)s),
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
    month = month_of(at)
    with connection.cursor() as cursor:
        first, close = month.first_day(), f"close:{month.year}"
        cursor.execute(_FINISHED, {"year": month.year, "month": first, "close": close})
        closed, told = cursor.fetchone()
    if closed:
        raise _year_closed(month.year)
    if told:
        raise PeriodClosed(
            f"Statements for {month.words()} have been issued. Book it in a later month."
        )


def _year_closed(year: int) -> PeriodClosed:
    return PeriodClosed(f"The year {year} is closed. Book it in an open year.")


def _hold_to_book() -> None:
    """Many book at once; none does while a year is being closed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(hashtext('royalties.periods'))")
