"""Statements that are asked over and over: each connection parses and plans them once."""

from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

# A new cursor costs nearly as much as what one asks with it. Each thread has a wrapper of its own,
# which outlives its connections.
_cursors: WeakKeyDictionary[BaseDatabaseWrapper, Any] = WeakKeyDictionary()


def one(query: str, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """The first row that `query` gives, None when it gives none; on the connection of the models.

    `query` is a constant of the program, with a cast where PostgreSQL cannot tell a type. JSON is
    decoded. Raises what models raise.
    """
    # The thread's own, found once and not with each attribute.
    link = connections[DEFAULT_DB_ALIAS]
    link.ensure_connection()
    link.validate_no_broken_transaction()
    with link.wrap_database_errors:
        cursor = _cursor(link)
        # The driver types an int by its size, and each mixture would be a statement anew.
        untyped = {name: str(v) if type(v) is int else v for name, v in values.items()}
        cursor.execute(query, untyped)
        row: tuple[Any, ...] | None = cursor.fetchone()
        return row


def _cursor(link: BaseDatabaseWrapper) -> Any:
    """The connection's own, or one that tells of what it is asked where somebody listens."""
    # Any: Django's stubs ask for a wrapper where Django itself passes the driver's cursor.
    cursor: Any = _cursors.get(link)
    if cursor is None or cursor.connection is not link.connection:
        cursor = _cursors[link] = psycopg.Cursor(link.connection)
    if link.queries_logged:
        return link.make_debug_cursor(cursor)
    return link.make_cursor(cursor) if link.execute_wrappers else cursor
