"""What is finished stays finished: nothing is booked into a closed year or an issued statement."""

from datetime import datetime

from django.db import connection
from django.utils import timezone

from ledger.models import Entry
from royalties.models import Statement, YearStatement
from royalties.rules.months import Month
from stockcoop.kernel.errors import Refused


class PeriodClosed(Refused):
    """The day belongs to a time whose figures were already told or closed."""


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
        raise PeriodClosed(f"The year {year} is closed. Book it in an open year.")


def require_open_month(at: datetime) -> None:
    """Raise PeriodClosed if statements of the month of `at`, or a later one, have been issued.

    Whatever touches a member's account asks this; a closed year refuses it too.
    """
    require_open_year(at)
    month = month_of(at)
    told = Statement.objects.filter(month__gte=month.first_day()).exists()
    if told or YearStatement.objects.filter(year__gte=month.year).exists():
        raise PeriodClosed(
            f"Statements for {month.words()} have been issued. Book it in a later month."
        )


def _hold_to_book() -> None:
    """Many book at once; none does while a year is being closed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(hashtext('royalties.periods'))")
