"""Whatever amount is altered by hand in the tables, verification names it."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models

from royalties.models import Sale
from royalties.rules.costs import Kind
from royalties.rules.payouts import PayoutFailed
from royalties.services import costs, movements, payouts, runs, sales, statements
from royalties.services.verify import differences
from tests import make
from tests.make.ledger import NOON, usd
from tests.make.payouts import RecordingGateway

pytestmark = pytest.mark.django_db

MODELS = [
    apps.get_model("royalties", name)
    for name in (
        "RoyaltyRate",
        "PayoutTerms",
        "Sale",
        "SaleShare",
        "Refund",
        "Movement",
        "Statement",
        "PayoutRun",
        "Payout",
        "Cost",
        "CostCorrection",
    )
]
FIGURES = [
    (model, field.attname)
    for model in MODELS
    for field in model._meta.concrete_fields
    if field.attname.endswith(("_minor", "_bp", "digest", "weight"))
]
KEYS: list[tuple[type[models.Model], str]] = [
    (Sale, "shares"),
    (apps.get_model("royalties", "Refund"), "entry_id"),
    (apps.get_model("royalties", "Restoration"), "entry_id"),
    (apps.get_model("royalties", "MovementEntry"), "entry_id"),
    (apps.get_model("royalties", "CostCorrection"), "entry_id"),
    (apps.get_model("royalties", "Sale"), "entry_id"),
    (apps.get_model("royalties", "Payout"), "entry_id"),
]


@pytest.fixture
def books() -> None:
    """A month with a sale, a refund, a payout, one that failed, and a cost taken back."""
    ann, ben = make.artist(), make.artist()
    make.sale(shares={ann: 2, ben: 1}, price=usd(90_000))
    taken_back = make.sale(shares={ann: 1}, reference="back")
    sales.refund(reference=taken_back.reference, at=NOON, reason="Bought twice")
    sales.restore(reference=taken_back.reference, at=NOON, reason="Won")
    sales.refund(reference=taken_back.reference, at=NOON, reason="Asked for", cause="r1")
    movements.take_in(
        gateway="practice", moved=make.moved(fee=59), entries=[], at=NOON, rest=usd(9)
    )
    treasurer = make.user()
    run = runs.propose(proposed_by=treasurer, at=NOON)
    runs.approve(run=run, by=make.user(), at=NOON)
    gateway = RecordingGateway(errors=[PayoutFailed("The account is closed.")])
    payouts.pay_run(run=run, gateway=gateway, at=NOON)
    for memo in ("Storage", "Typing error"):
        cost = costs.record(
            kind=Kind.COST,
            amount=usd(4200),
            memo=memo,
            on=date(2026, 3, 2),
            recorded_by=treasurer,
            at=NOON,
        )
    costs.correct(cost=cost, reason="Typing error", by=treasurer, at=NOON)
    statements.issue_due(at=datetime(2026, 4, 2, tzinfo=UTC))


def alter(row: models.Model, column: str, value: Any) -> None:
    """Change a stored value as somebody with the database's password could."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            f"UPDATE {row._meta.db_table} SET {column} = %s WHERE id = %s", [value, row.pk]
        )
        cursor.execute("SET session_replication_role = DEFAULT")


def test_untouched_books_have_no_differences(books: None) -> None:
    assert list(differences()) == []


@pytest.mark.parametrize(
    ("model", "column"), FIGURES, ids=[f"{model.__name__}.{column}" for model, column in FIGURES]
)
def test_each_altered_figure_is_named(books: None, model: type[models.Model], column: str) -> None:
    for row in model._default_manager.order_by("pk"):
        before = getattr(row, column)
        alter(row, column, before + 1 if isinstance(before, int) else "0" * 64)
        found = list(differences())
        assert found, row
        assert any("stored" in sentence and "computed" in sentence for sentence in found)
        alter(row, column, before)
    assert list(differences()) == []


@pytest.mark.parametrize(
    ("model", "column"), KEYS, ids=[f"{model.__name__}.{column}" for model, column in KEYS]
)
def test_a_row_hung_on_another_fact_is_named(
    books: None, model: type[models.Model], column: str
) -> None:
    row = model._default_manager.exclude(**{column: None}).earliest("pk")
    alter(row, column, "[[1, 1]]" if column == "shares" else make.entry().pk)
    assert list(differences())


@pytest.mark.parametrize(
    "source",
    [
        "sale:lost",
        "refund:lost",
        "restored:lost",
        "payout:999",
        "payout-back:999",
        "cost:999",
        "fee:practice:lost",
        "movement:practice:lost",
    ],
)
def test_an_entry_that_nothing_explains_is_named(source: str) -> None:
    make.entry(source=source)
    assert [sentence for sentence in differences() if source in sentence]


def test_a_posting_altered_in_the_ledger_is_named_with_the_sale(books: None) -> None:
    sale = Sale.objects.earliest("pk")
    alter(sale.entry.postings.earliest("position"), "amount_minor", 1)
    assert [sentence for sentence in differences() if sale.reference in sentence]
