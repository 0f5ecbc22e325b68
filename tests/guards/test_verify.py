"""`manage.py verify` over a whole co-op: it passes, and no stored amount can be altered by hand."""

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, models, transaction

from governance.services import establish
from ledger.services import subtotals
from licensing.rules.offers import Choice
from licensing.services import refunds
from members.models import User
from royalties.adapters import gateways
from royalties.models import Remittance
from royalties.rules.law import Law
from royalties.rules.months import Month
from royalties.rules.retention import Retention
from royalties.rules.withholding import Form
from royalties.services import (
    distributions,
    floors,
    movements,
    patronage,
    payouts,
    redemptions,
    remittance_returns,
    remittances,
    runs,
    statements,
    taxes,
    years,
)
from tests import make
from tests.make.ledger import usd
from tests.make.payouts import withholding_in
from tests.make.surplus import IN_YEAR, NEW_YEAR, YEAR

pytestmark = pytest.mark.django_db

PACKAGES = ("ledger", "media", "royalties", "invoicing", "licensing", "governance")
COUNTS = {"electorate", "weight", "tally"}
Named = Callable[[Any], str]
NAMES: dict[str, Named] = {
    "ledger.Posting": lambda row: row.entry.source,
    "ledger.Subtotal": lambda row: f"subtotal of {row.account.code} in {row.month:%Y-%m}",
    "media.SplitPart": lambda row: f"Split {row.version.number} of work {row.version.work_id}",
    "royalties.RoyaltyRate": lambda row: f"royalty rate {row.pk} ",
    "royalties.PayoutTerms": lambda row: f"payout terms {row.pk} ",
    "royalties.Sale": lambda row: row.reference,
    "royalties.SaleShare": lambda row: f"{row.sale.reference}, part of member {row.member_id}:",
    "royalties.Statement": lambda row: f"statement of member {row.member_id}",
    "royalties.Payout": lambda row: f"for member {row.member_id}",
    "royalties.Movement": lambda row: row.reference,
    "royalties.Cost": lambda row: row.source,
    "royalties.YearClose": lambda row: f"Year {row.year}",
    "royalties.DistributionPlan": lambda row: f"Plan {row.number} of {row.close.year}",
    "royalties.DistributionShare": lambda row: f"for member {row.member_id}",
    "royalties.PatronageNotice": lambda row: f"for member {row.member_id}",
    "royalties.Redemption": lambda row: f"for member {row.notice.member_id}",
    "royalties.Remittance": lambda row: f"remittance {row.pk} ",
    "royalties.OwnFloor": lambda row: f"own floor {row.pk} ",
    "royalties.TaxProfile": lambda row: f"tax profile {row.pk} ",
    "royalties.PayoutPart": lambda row: f"payout part {row.pk} ",
    "royalties.YearStatement": lambda row: f"year statement of member {row.member_id}",
    "invoicing.Invoice": str,
    "licensing.CustomQuote": str,
    "licensing.Order": str,
    "licensing.OrderLine": lambda row: f"Order line {row.pk}:",
    "licensing.Payment": str,
    "licensing.Refund": str,
    "governance.Proposal": lambda row: row.reference,
}


def figures() -> Iterator[tuple[type[models.Model], str]]:
    """Every column of these packages that holds an amount, a rate or a count."""
    for package in PACKAGES:
        for model in apps.get_app_config(package).get_models():
            for field in model._meta.concrete_fields:
                if field.attname.endswith(("_minor", "_bp")) or field.attname in COUNTS:
                    yield model, field.attname


def verified() -> str:
    """What the command complains of; nothing when it passes."""
    said = io.StringIO()
    try:
        call_command("verify", all=True, stdout=io.StringIO(), stderr=said)
    except CommandError:
        return said.getvalue() or "(no difference is named)"
    return ""


def altered(row: models.Model, column: str) -> None:
    """Add one to a stored figure as somebody with the database's password could."""
    value = f"{column} + 1"
    if column == "tally":
        value = "jsonb_set(tally, '{yes}', to_jsonb((tally->>'yes')::int + 1))"
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(f"UPDATE {row._meta.db_table} SET {column} = {value} WHERE id = {row.pk}")
        cursor.execute("SET session_replication_role = DEFAULT")


@pytest.fixture
def story() -> None:
    """A year with sales, a custom quote, an upgrade, a refund, a cost, a fee, a payout and a
    statement; its surplus shared out.
    """
    make.bylaws()
    make.price_book()
    treasurer, ana, ben = make.treasurer(), make.artist(), make.artist()
    _sell(ana, ben, treasurer)
    _pay_out(ana, treasurer)
    _hand_over(treasurer)
    statements.issue(month=Month(YEAR, 6), at=datetime(YEAR, 7, 10, tzinfo=UTC))
    _share_out(ana, ben)
    _redeem(treasurer, at=NEW_YEAR + timedelta(days=9))
    subtotals.roll_up()
    subtotals.roll_up()


def _sell(ana: User, ben: User, treasurer: User) -> None:
    """Orders of each kind, and what is given back, spent and moved to the bank."""
    shared = make.published_work(owner=ana, shares={ana: 2, ben: 1})
    paid = make.pay(
        make.order(works=[shared, make.published_work(owner=ana)], at=IN_YEAR), at=IN_YEAR
    )
    back = [paid.lines.latest("pk")]
    refunds.give_back(order=paid, lines=back, reason="Bought twice", by=treasurer, at=IN_YEAR)
    quote = make.custom_quote(enquired=make.enquiry(work=shared, at=IN_YEAR), at=IN_YEAR)
    make.pay(make.quoted_order(quote, at=IN_YEAR), at=IN_YEAR)
    more = Choice("standard", "small", {"seats": 1})
    make.upgrade(paid.lines.earliest("pk").licence, more, at=IN_YEAR)
    make.sale(shares={ben: 1}, price=usd(90_000), at=IN_YEAR)
    make.cost(4_000)
    banked = make.moved(-5_000, fee=25)
    movements.take_in(gateway="stripe", moved=banked, entries=[], at=IN_YEAR, rest=banked.gross)


def _pay_out(ana: User, treasurer: User) -> None:
    """Royalties, less the tax that is withheld."""
    withholding_in("US", make.LONG_AGO)
    floors.choose(member=ana, floor=usd(10_000), at=IN_YEAR)
    taxes.state_country(member=ana, country="DE", at=IN_YEAR)
    taxes.record_form(
        member=ana, form=Form.W8BEN, treaty_bp=500, id_ending="1234", by=treasurer, at=IN_YEAR
    )
    run = runs.propose(proposed_by=treasurer, at=IN_YEAR)
    runs.approve(run=run, by=make.founder(), at=IN_YEAR)
    payouts.pay_run(run=run, gateway=gateways.current(), at=IN_YEAR)


def _share_out(ana: User, ben: User) -> None:
    """The year's surplus, by a vote, a fifth of it in cash."""
    for member in (ana, ben):
        patronage.consent(member=member, given=True, at=IN_YEAR)
    law = Law.of_bylaws(make.bylaws().articles)
    law = replace(law, retention=Retention(cash_bp=2000))
    plan = make.distribution_plan(make.closed_year(), law=law)
    vote = make.distribution_vote([plan], choices=[(ana, "yes"), (ben, "yes")])
    years.issue_due(at=NEW_YEAR)
    distributions.settle(vote=vote, at=NEW_YEAR + timedelta(days=8))


def _hand_over(treasurer: User) -> None:
    """A part of what was withheld is paid to the authority, comes back, and is paid again."""
    made = _paid(treasurer)
    remittance_returns.record(
        remittance=made, on_day=made.paid_on, reason="Unknown", by=treasurer, at=IN_YEAR
    )
    _paid(treasurer)


def _paid(treasurer: User) -> Remittance:
    made = remittances.propose(
        account="tax:withheld-irs",
        amount=usd(100),
        paid_on=IN_YEAR.date(),
        reference="EFTPS 2715",
        proposed_by=treasurer,
        at=IN_YEAR,
    )
    remittances.approve(remittance=made, by=make.founder(), at=IN_YEAR)
    return made


def _redeem(treasurer: User, at: datetime) -> None:
    """What was retained is redeemed at once, by by-laws that say so."""
    equity = {"name": "equity", "title": "Equity", "after_years": 0, "exit_years": 0}
    articles = [*make.bylaws().articles, {**equity, "capital_floor_minor": 0}]
    establish.establish({"governance": {"bylaws": articles}}, at=at)
    run = redemptions.propose(proposed_by=treasurer, at=at)
    redemptions.approve(run=run, by=make.founder(), at=at)


def test_passes_on_what_the_services_stored(story: None) -> None:
    assert verified() == ""


def test_names_every_single_figure_that_is_altered(story: None) -> None:
    missed = [
        f"{model._meta.label}.{column}: {found or 'not found'}"
        for model, column in figures()
        for found in [_found(model, column)]
        if NAMES[model._meta.label](model._default_manager.latest("pk")) not in found
    ]
    assert missed == []


def _found(model: type[models.Model], column: str) -> str:
    """What the command says while the newest row's figure is altered."""
    point = transaction.savepoint()
    altered(model._default_manager.latest("pk"), column)
    found = verified()
    transaction.savepoint_rollback(point)
    return found
