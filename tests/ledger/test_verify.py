"""Whatever is altered by hand in the ledger's tables, verification names it."""

from typing import Any

import pytest
from django.db import connection, models

from ledger.models import Account, Entry, Posting
from ledger.services import posting
from ledger.services.verify import differences
from tests import make
from tests.make.ledger import NOON, move

pytestmark = pytest.mark.django_db

FACTS = [
    (model, field.attname)
    for model in (Account, Entry, Posting)
    for field in model._meta.concrete_fields
    # Words are not figures; an altered digest is found like the figures it covers.
    if not field.primary_key and field.attname != "memo"
]


def alter(row: models.Model, column: str, value: Any) -> None:
    """Change a stored value as somebody with the database's password could."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            f"UPDATE {row._meta.db_table} SET {column} = %s WHERE id = %s", [value, row.pk]
        )
        cursor.execute("SET session_replication_role = DEFAULT")


def another(row: models.Model, column: str) -> Any:
    """A value that the column could hold and does not."""
    value = getattr(row, column)
    if column.endswith("_id"):
        model = row._meta.get_field(column.removesuffix("_id")).related_model
        assert isinstance(model, type(models.Model))
        taken = [getattr(row, f.attname) for f in row._meta.concrete_fields if f.is_relation]
        others = model._default_manager.exclude(pk__in=[row.pk, *filter(None, taken)])
        return others.order_by("pk")[0].pk
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str):
        return {"kind": "equity", "currency": "JPY"}.get(column, "x" + value[1:])
    return value.replace(year=2020)


@pytest.fixture
def ledger() -> None:
    make.entry(move("coop:costs", "coop:bank", 77))
    sale = make.entry(
        move("gateway:practice", "coop:commission", 500), move("gateway:practice", "member:1", 500)
    )
    posting.reverse(entry=sale, source="refund:1", at=NOON)
    make.entry(move("coop:costs", "coop:bank", 5), move("gateway:other", "member:2", 88))


def test_an_untouched_ledger_has_no_differences(ledger: None) -> None:
    assert list(differences()) == []


@pytest.mark.parametrize(
    ("model", "column"), FACTS, ids=[f"{model.__name__}.{column}" for model, column in FACTS]
)
def test_each_altered_value_is_named(ledger: None, model: type[models.Model], column: str) -> None:
    rows = list(model._default_manager.order_by("pk"))
    row = rows[-1] if model is not Account else Account.objects.get(code="member:1")
    alter(row, column, another(row, column))
    found = list(differences())
    assert found
    assert any(word in " ".join(found) for word in ("stored", "computed", "dated"))
