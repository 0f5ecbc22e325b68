"""What is finished stays finished: nothing is booked into a closed year or an issued statement."""

from datetime import date, datetime

from django.db import connection
from django.utils import timezone

from royalties.rules.months import Month
from stockcoop.kernel import prepared
from stockcoop.kernel.errors import Refused


class PeriodClosed(Refused):
    """The day belongs to a time whose figures were already told or closed."""


# Whether the year is closed and a statement told. Many book at once; none does while a year is
# being closed, nor is one closed before those who asked are done.
HELD = "royalties_period_held(%(year)s, %(month)s)"


def month_of(at: datetime) -> Month:
    """The month of `at` in the co-op's time zone."""
    return Month.of(at, timezone.get_default_timezone())


def hold_to_close() -> None:
    """Wait for bookings under way and let none begin until this transaction ends."""
    with connection.cursor() as cursor:
        # The lock that royalties_period_held shares.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('royalties.periods'))")


def require_open_year(at: datetime) -> None:
    """Raise PeriodClosed if the year of `at` is closed.

    An open year stays open until the caller's transaction ends.
    """
    closed, _ = _held(at)
    refuse(at, closed=closed, told=False)


def require_open_month(at: datetime) -> None:
    """Raise PeriodClosed if statements of the month of `at`, or a later one, have been issued.

    Whatever touches a member's account asks this; a closed year refuses it too.
    """
    closed, told = _held(at)
    refuse(at, closed=closed, told=told)


def asked(at: datetime) -> dict[str, int | date]:
    """The values of HELD."""
    month = month_of(at)
    return {"year": month.year, "month": month.first_day()}


def refuse(at: datetime, *, closed: bool, told: bool) -> None:
    """Raise PeriodClosed for what HELD found, if it is in the way."""
    month = month_of(at)
    if closed:
        raise PeriodClosed(f"The year {month.year} is closed. Book it in an open year.")
    if told:
        raise PeriodClosed(
            f"Statements for {month.words()} have been issued. Book it in a later month."
        )


def _held(at: datetime) -> tuple[bool, bool]:
    found = prepared.one(f"SELECT * FROM {HELD}", asked(at))  # noqa: S608 -- a constant
    assert found is not None, "HELD gives one row"
    closed, told = found
    return closed, told
