"""An engine that does not answer: its table, locked by somebody else."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections


@contextmanager
def locked(table: str) -> Iterator[None]:
    """Nobody can read or write `table` meanwhile."""
    other = connections.create_connection("default")
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        yield
    finally:
        other.rollback()
        other.close()
