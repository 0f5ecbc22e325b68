"""Rows written fast: as parts of one statement, or very many by COPY."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from types import NoneType
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Model

from stockcoop.kernel.canonical import moment


@dataclass(frozen=True, slots=True)
class Part:
    """A named common table expression, and the values of its parameters.

    `name` is the expression's; names of parameters are the caller's to keep apart. Whoever runs
    the statement gives `row` the id that the part returns.
    """

    name: str
    sql: str
    values: Mapping[str, Any]
    row: Model | None = None


def inserted(name: str, row: Model, *, beside: str, **columns: str) -> Part:
    """The INSERT of the unsaved `row`, once for each row of the earlier part `beside`.

    `columns` are SQL expressions over `beside` for some of the columns, as in
    `entry_id="entry.id"`. What follows finds the new id as `name.id`.
    """
    sql, fields = _insert(type(row), name, beside, tuple(columns.items()))
    # Asked for once: the models' `connection` looks the thread's one up with each attribute.
    link = connections[DEFAULT_DB_ALIAS]
    values = {key: field.get_db_prep_save(field.pre_save(row, True), link) for key, field in fields}
    return Part(name, sql, values, row)


@cache
def _insert(
    model: type[Model], name: str, beside: str, columns: tuple[tuple[str, str], ...]
) -> tuple[str, list[tuple[str, Any]]]:
    """The statement, and which parameter takes what field."""
    given = dict(columns)
    fields = [(str(f.column), f) for f in model._meta.concrete_fields if not f.primary_key]
    named = ", ".join(column for column, _ in fields)
    told = ", ".join(given.get(column, f"%({name}_{column})s") for column, _ in fields)
    sql = f"INSERT INTO {model._meta.db_table} ({named}) SELECT {told} FROM {beside} RETURNING id"  # noqa: S608 -- names come from the models
    return sql, [(f"{name}_{column}", field) for column, field in fields if column not in given]


def recordset(rows: Iterable[Mapping[str, Any]]) -> str:
    """Rows as one value for json_to_recordset: the driver takes longer for a list a column."""
    return json.dumps(list(rows))


def numbers(table: str, count: int) -> list[int]:
    """So many ids for new rows of `table`."""
    with connection.cursor() as cursor:
        # The transaction has its own id before it takes numbers, as a trigger holds elsewhere.
        cursor.execute("SELECT pg_current_xact_id()")
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [table, count],
        )
        return [pk for (pk,) in cursor.fetchall()]


class Written(NamedTuple):
    """Rows for `columns` of `table` as COPY reads them."""

    table: str
    columns: str
    text: str


def written(table: str, columns: str, rows: Iterable[Iterable[Any]]) -> Written:
    """`rows` as COPY reads them: str, int, datetime, None, and lists as JSON.

    It asks the database nothing, so it may be done in a thread while something else is copied.
    """
    lines = ["\t".join([_FORMS[type(value)](value) for value in row]) for row in rows]
    return Written(table, columns, "".join([f"{line}\n" for line in lines]))


def copy(rows: Iterable[Written]) -> None:
    """COPY what is written, in this order.

    The database holds all its promises about it; defaults of models are not asked.
    """
    with connection.cursor() as cursor:
        for table, columns, text in rows:
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as into:
                into.write(text)


# COPY's text form, made here: the driver takes several times as long value by value.
_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def _text(value: str) -> str:
    return value if value.isalnum() else value.translate(_ESCAPES)


_FORMS: Mapping[type, Callable[[Any], str]] = {
    str: _text,
    int: str,
    NoneType: lambda _: r"\N",
    datetime: moment,
    list: lambda value: _text(json.dumps(value)),
}
