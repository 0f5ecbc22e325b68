"""Rows that are written once: a model base that refuses early, a trigger that refuses for sure."""

from collections.abc import Iterable
from typing import Any, NoReturn

from django.db import models
from django.db.migrations.operations import RunSQL

_FUNCTION = """
CREATE OR REPLACE FUNCTION stockcoop_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% on % refused: its rows are written once', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""


class AppendOnly(models.Model):
    """A row that is inserted and never changed. Its table also needs `append_only(table)`."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            self._refuse()
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise TypeError(f"{type(self).__name__} rows are written once; correct by adding a row")


def append_only(table: str) -> RunSQL:
    """A migration operation: PostgreSQL refuses UPDATE, DELETE and TRUNCATE on `table`."""
    return RunSQL(
        sql=[
            _FUNCTION,
            f"CREATE TRIGGER {table}_written_once BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION stockcoop_refuse_change()",
            f"CREATE TRIGGER {table}_never_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION stockcoop_refuse_change()",
        ],
        reverse_sql=[
            f"DROP TRIGGER {table}_never_emptied ON {table}",
            f"DROP TRIGGER {table}_written_once ON {table}",
        ],
    )


def append_only_all(tables: Iterable[str]) -> list[RunSQL]:
    """`append_only` for each of `tables`."""
    return [append_only(table) for table in tables]
