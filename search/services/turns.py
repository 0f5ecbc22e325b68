"""One process at a time takes the index forward; the turn ends with its transaction."""

from django.db import connection

NUMBER = 0x5EA2C4  # of our advisory lock


def is_free() -> bool:
    """Take the turn if nobody has it; whether that was so."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [NUMBER])
        return bool(cursor.fetchone()[0])


def wait() -> None:
    """Take the turn when it is our turn."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [NUMBER])
