"""Rows written fast: as parts of one statement, or very many by COPY."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Model


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
    fields = {str(f.column): f for f in row._meta.concrete_fields if not f.primary_key}
    values = {
        f"{name}_{column}": field.get_db_prep_save(field.pre_save(row, True), connection)
        for column, field in fields.items()
        if column not in columns
    }
    named = ", ".join(fields)
    told = ", ".join(columns.get(column, f"%({name}_{column})s") for column in fields)
    table = row._meta.db_table
    sql = f"INSERT INTO {table} ({named}) SELECT {told} FROM {beside} RETURNING id"  # noqa: S608 -- names come from the models
    return Part(name, sql, values, row)


def numbered(rows: Iterable[Model], model: type[Model]) -> None:
    """Give unsaved rows of `model` their ids, before they are written."""
    waiting = list(rows)
    with connection.cursor() as cursor:
        # The transaction has its own id before it takes numbers, as a trigger holds elsewhere.
        cursor.execute("SELECT pg_current_xact_id()")
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, len(waiting)],
        )
        for row, (pk,) in zip(waiting, cursor.fetchall(), strict=True):
            row.pk = pk


def copied(rows: Iterable[Model], model: type[Model]) -> None:
    """COPY unsaved rows of `model` into its table, with their ids when they have them.

    The database holds all its promises about them; `save` and its like are not asked.
    """
    waiting = list(rows)
    if not waiting:
        return
    fields = [f for f in model._meta.concrete_fields if not f.primary_key or waiting[0].pk]
    names = ", ".join(str(field.column) for field in fields)
    # JSON is the one kind of value that COPY cannot take as the row has it.
    plain = [f.attname if f.get_internal_type() != "JSONField" else "" for f in fields]
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {model._meta.db_table} ({names}) FROM STDIN") as copy,
    ):
        for row in waiting:
            copy.write_row(
                [
                    getattr(row, name)
                    if name
                    else field.get_db_prep_save(getattr(row, field.attname), connection)
                    for name, field in zip(plain, fields, strict=True)
                ]
            )
