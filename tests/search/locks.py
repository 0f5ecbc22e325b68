"""An engine that does not answer: its table, locked by somebody else."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections


@contextmanager
def locked(table: str, mode: str = "ACCESS EXCLUSIVE") -> Iterator[None]:
    """Nobody can read or write `table` meanwhile; in the mode EXCLUSIVE, read only."""
    other = connections.create_connection("default")
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {table} IN {mode} MODE")
        yield
    finally:
        other.rollback()
        other.close()
