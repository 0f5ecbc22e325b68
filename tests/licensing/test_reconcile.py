"""Reconciling with Stripe: each planted difference is named once, and nothing else is."""

import io
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from ledger.services import balances
from licensing.models import Payment, Reconciliation
from licensing.services import reconcile, refunds
from licensing.services.gateways import telling
from licensing.services.reconcile import Compared
from royalties.models import Movement
from royalties.services.verify import differences
from stockcoop.env import Stripe
from tests import make
from tests.jobs import run_jobs
from tests.make.ledger import move
from tests.stripe_site import SECRET, StripeSite, now

pytestmark = pytest.mark.django_db


def compared() -> Compared:
    (gateway,) = telling()
    return reconcile.compare(telling=gateway, since=now() - timedelta(days=1))


def catch_up() -> int:
    (gateway,) = telling()
    return reconcile.catch_up(telling=gateway, since=now() - timedelta(days=1), at=now())


def command(**options: Any) -> str:
    said = io.StringIO()
    call_command("reconcile", stdout=said, stderr=said, **options)
    return said.getvalue()


@pytest.fixture
def month(site: StripeSite) -> list[Payment]:
    """Some of all that happens: sales, a refund, a dispute, a payout to the bank, a Stripe fee."""
    work = make.work_on_sale()
    payments = [site.paid(works=[work]) for _ in range(8)]
    refunds.give_back(
        order=payments[0].order,
        lines=list(payments[0].order.lines.all()),
        reason="R",
        by=make.treasurer(),
        at=now(),
    )
    site.hook(f"disputes/{site.dispute(payments[1])}/win")
    site.dispute(payments[2])
    site.client.v1.refunds.create({"payment_intent": payments[3].alias, "amount": 200})
    site.hook("clock", advance_s=4 * 86_400)
    site.hook("payout")
    site.hook("balance_transactions", amount=-250, type="stripe_fee", reporting_category="fee")
    site.hear_all()
    catch_up()
    return payments


class TestCompare:
    def test_finds_nothing_where_all_was_heard(self, month: list[Payment]) -> None:
        assert compared().found == ()
        assert compared().count == 8 + 1 + 3 + 1 + 1 + 1
        assert list(differences()) == []
        assert balances.of("coop:bank").minor < 0
        assert "0 differences" in command()

    def test_names_what_was_not_heard_yet_until_it_is(self, site: StripeSite) -> None:
        payment = site.begun()
        site.pay(payment)
        (sentence,) = compared().found
        assert "(charge about ch_" in sentence
        assert "unknown in the ledger" in sentence
        catch_up()
        assert compared().found == ()

    def test_names_fifty_planted_differences_and_no_other(
        self, site: StripeSite, month: list[Payment]
    ) -> None:
        dice = Random(3)
        rows = [*Movement.objects.order_by("reference")]
        planted: list[str] = []
        while len(planted) < 50:
            match dice.choice(["unknown", "unknown", "missing", "sum", "fee", "ledger"]):
                case "unknown":
                    kind = dice.choice(["charge", "refund", "transfer", "adjustment", "payout"])
                    made = site.hook("balance_transactions", amount=len(planted) + 1, type=kind)
                    planted.append(made["id"])
                case "ledger":
                    source = f"sale:line:nobody-{len(planted)}"
                    make.entry(move("gateway:stripe", "member:1", 100), source=source, at=now())
                    planted.append(source)
                case how if rows:
                    row = rows.pop()
                    name = f"balance_transactions/{row.reference}"
                    if how == "missing":
                        site.undo(name)
                    elif how == "sum":
                        site.hook(f"{name}/alter", amount=row.gross_minor + 1)
                    else:
                        site.hook(f"{name}/alter", fee=row.fee_minor + 1)
                    planted.append(row.reference)
        catch_up()
        found = compared().found
        assert len(found) == len(planted) == 50
        assert {name for name in planted if any(s.startswith(name) for s in found)} == {*planted}
        with pytest.raises(CommandError, match="differ"):
            command()

    def test_a_figure_altered_in_our_own_table_is_named(self, month: list[Payment]) -> None:
        row = Movement.objects.filter(kind="charge").earliest("pk")
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET session_replication_role = replica")
            cursor.execute(
                "UPDATE royalties_movement SET gross_minor = gross_minor - 1 WHERE id = %s",
                [row.pk],
            )
            cursor.execute("SET session_replication_role = DEFAULT")
        (sentence,) = compared().found
        assert "the gateway says USD 15.00, the ledger USD 14.99" in sentence


class TestCommand:
    def test_looks_back_to_a_day(self, site: StripeSite, month: list[Payment]) -> None:
        site.hook("balance_transactions", amount=5)
        tomorrow = (now() + timedelta(days=9)).date()
        assert "0 movements compared" in command(since=tomorrow)

    def test_catches_up_first_when_told(self, site: StripeSite) -> None:
        site.pay(site.begun())
        with pytest.raises(CommandError):
            command()
        assert "0 differences" in command(catch_up=True)

    def test_says_that_stripe_does_not_answer(
        self, site: StripeSite, settings: LazySettings
    ) -> None:
        settings.STRIPE = Stripe(site.key, SECRET, "http://127.0.0.1:9")
        with pytest.raises(CommandError, match="did not answer"):
            command()

    def test_says_that_there_is_nothing_to_compare_with(self, settings: LazySettings) -> None:
        settings.STRIPE = None
        with pytest.raises(CommandError, match="No gateway"):
            command()


class TestPage:
    def test_shows_what_the_last_comparison_found(self, site: StripeSite, client: Client) -> None:
        client.force_login(make.treasurer())
        assert "Nothing was compared yet" in client.get("/treasury/reconciliation").content.decode()
        site.paid()
        site.hook("balance_transactions", amount=5)
        reconcile.daily(at=now())
        page = client.get("/treasury/reconciliation").content.decode()
        assert "1 difference found" in page
        assert "unknown in the ledger" in page

    def test_lists_open_disputes(self, site: StripeSite, client: Client) -> None:
        payment = site.paid()
        site.dispute(payment)
        site.hear_all()
        client.force_login(make.board())
        assert payment.order.number in client.get("/treasury/reconciliation").content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_comparison_asked_for_twice_is_made_once_by_a_worker(
    site: StripeSite, client: Client
) -> None:
    site.pay(site.begun())
    client.force_login(make.treasurer())
    for _ in range(2):
        assert client.post("/treasury/reconciliation/compare").status_code == 302
    run_jobs()
    kept = Reconciliation.objects.get()
    assert (kept.compared, kept.found) == (1, [])
