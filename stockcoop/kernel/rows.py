"""Rows as parts of one statement, so that what belongs together takes one round trip."""

from collections.abc import Mapping
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
    fields = [field for field in row._meta.concrete_fields if not field.primary_key]
    values = {
        f"{name}_{field.column}": field.get_db_prep_save(field.pre_save(row, True), connection)
        for field in fields
        if field.column not in columns
    }
    named = ", ".join(field.column for field in fields)
    told = ", ".join(columns.get(f.column, f"%({name}_{f.column})s") for f in fields)
    table = row._meta.db_table
    sql = f"INSERT INTO {table} ({named}) SELECT {told} FROM {beside} RETURNING id"  # noqa: S608 -- names come from the models
    return Part(name, sql, values, row)
