"""Statements that are asked over and over: each connection parses and plans them once."""

from collections.abc import Mapping
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections


def one(query: str, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """The first row that `query` gives, None when it gives none; on the connection of the models.

    `query` is a constant of the program, with a cast where PostgreSQL cannot tell a type. JSON is
    decoded. Raises what models raise.
    """
    # The thread's own, found once and not with each attribute.
    link = connections[DEFAULT_DB_ALIAS]
    link.ensure_connection()
    # Django's stubs ask for a wrapper where Django itself passes the driver's cursor.
    bare: Any = psycopg.Cursor(link.connection)
    with link.make_debug_cursor(bare) if link.queries_logged else link.make_cursor(bare) as cursor:
        cursor.execute(query, {name: _untyped(value) for name, value in values.items()})
        row: tuple[Any, ...] | None = cursor.fetchone()
        return row


def _untyped(value: Any) -> Any:
    """The driver types an int by its size, and each mixture of types would be a statement anew."""
    if type(value) is int:
        return str(value)
    if type(value) is list:
        return [_untyped(item) for item in value]
    return value
