"""The same code without its row locks, to show that a race test would notice."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.models import QuerySet

_UNIQUE = """
SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname)
  FROM pg_constraint WHERE contype = 'u' AND conrelid = ANY(%s::regclass[])
"""


@contextmanager
def unlocked(*tables: str) -> Iterator[None]:
    """Lock no row, and drop what is unique in `tables`: a database to throw away."""
    lock = QuerySet.select_for_update
    QuerySet.select_for_update = lambda self, *_, **__: self  # type: ignore[method-assign]
    with connection.cursor() as cursor:
        cursor.execute(_UNIQUE, [list(tables)])
        for (statement,) in cursor.fetchall():
            cursor.execute(statement)
    try:
        yield
    finally:
        QuerySet.select_for_update = lock  # type: ignore[method-assign]
