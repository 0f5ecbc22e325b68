"""/metrics: who may read it, and that its figures are those of the database."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.request import Request, urlopen

import pytest
from django.db import connection
from django.db.backends.postgresql.base import DatabaseWrapper
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django import app
from prometheus_client.parser import text_string_to_metric_families

from demo.management.commands.demo import database_url
from demo.supervisor import Supervisor, await_answer
from licensing.models import GatewayEvent, Reconciliation
from search.services.figures import lag_since
from services import postgres
from services.processes import Processes, free_port
from tests import make
from tests.make.ledger import NOON, usd

TOKEN = "t" * 40

Values = dict[tuple[str, ...], float]


@pytest.fixture
def token(settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN


def asked(client: Client, authorization: str = f"Bearer {TOKEN}") -> Any:
    return client.get("/metrics", headers={"Authorization": authorization})


def figures(text: str) -> dict[str, Values]:
    """Values by name of the sample and the values of its labels, sorted by the labels' names."""
    found: dict[str, Values] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = tuple(value for _, value in sorted(sample.labels.items()))
            found.setdefault(sample.name, {})[labels] = sample.value
    return found


def scraped(client: Client) -> dict[str, Values]:
    response = asked(client)
    assert response.status_code == 200
    return figures(response.content.decode())


@pytest.mark.django_db
class TestWho:
    def test_nobody_while_there_is_no_token(self, client: Client) -> None:
        assert asked(client).status_code == 404

    @pytest.mark.usefixtures("token")
    @pytest.mark.parametrize(
        "said", ["", "Bearer", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN, "Bearer t\u00e4"]
    )
    def test_nobody_without_the_right_one(self, client: Client, said: str) -> None:
        response = asked(client, said)
        assert response.status_code == 401
        assert response["WWW-Authenticate"] == "Bearer"
        assert b"stockcoop" not in response.content


@pytest.mark.django_db
@pytest.mark.usefixtures("token")
class TestFigures:
    def test_count_works_orders_and_licences(self, client: Client) -> None:
        make.price_book()
        make.licence()
        make.draft()
        told = scraped(client)
        assert told["stockcoop_works"]["draft",] == 1
        assert told["stockcoop_works"]["withdrawn",] == 0
        assert told["stockcoop_orders"]["paid",] == 1
        assert told["stockcoop_licences_total"][()] == 1
        assert told["stockcoop_renditions_made_total"][()] > 0

    def test_tell_of_events_that_wait_and_of_what_reconciliation_found(
        self, client: Client
    ) -> None:
        known = {"gateway": "stripe", "told_at": NOON, "stored_at": NOON}
        for number, handled in enumerate((None, NOON)):
            GatewayEvent.objects.create(reference=f"evt_{number}", handled_at=handled, **known)
        assert scraped(client)["stockcoop_reconciliation_differences"][()] == 0
        Reconciliation.objects.create(
            gateway="stripe", since=NOON, until=NOON, at=NOON, compared=3, found=["One.", "Two."]
        )
        told = scraped(client)
        assert told["stockcoop_gateway_events_waiting"][()] == 1
        assert told["stockcoop_reconciliation_differences"][()] == 2
        assert told["stockcoop_stuck"] == {
            ("refund",): 0,
            ("payout",): 0,
            ("payout_return",): 0,
        }

    def test_tell_of_the_ledger_and_that_it_balances(self, client: Client) -> None:
        make.sale(price=usd(9_000))
        told = scraped(client)
        assert told["stockcoop_ledger_entries_total"][()] == 1
        assert told["stockcoop_ledger_postings_total"][()] >= 1
        assert told["stockcoop_ledger_trial_balance_minor"] == {("USD",): 0}

    def test_show_a_ledger_that_does_not_balance(self, client: Client) -> None:
        make.sale(price=usd(9_000))
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET session_replication_role = replica")
            cursor.execute(
                "UPDATE ledger_account SET currency = 'EUR' WHERE id ="
                " (SELECT credit_id FROM ledger_posting ORDER BY id LIMIT 1)"
            )
            cursor.execute("SET session_replication_role = DEFAULT")
        sums = scraped(client)["stockcoop_ledger_trial_balance_minor"]
        assert sums["EUR",] == -sums["USD",] > 0

    def test_tell_how_long_jobs_wait(self, client: Client) -> None:
        app.configure_task("media.sweep_renditions", queue="media").defer(keys=[])
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_events SET at = at - interval '90 seconds'")
        told = scraped(client)
        assert 90 <= told["stockcoop_queue_lag_seconds"]["media",] < 120
        # By the labels' names: state, task.
        assert told["stockcoop_jobs"]["todo", "media.sweep_renditions"] == 1
        assert told["stockcoop_workers"][()] == 0

    def test_tell_what_the_index_has_not_read(self, client: Client) -> None:
        make.published_work()
        told = scraped(client)
        assert told["stockcoop_search_engine_up"][()] == 1
        assert told["stockcoop_search_waiting_works"][()] == 1

    def test_tell_of_the_rest_when_one_package_cannot(self, client: Client) -> None:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE ledger_entry RENAME TO ledger_elsewhere")
        told = scraped(client)
        assert told["stockcoop_figures_told"]["ledger",] == 0
        assert told["stockcoop_figures_told"]["licensing",] == 1
        assert "stockcoop_ledger_entries_total" not in told

    def test_measure_requests_by_route_never_by_path(self, client: Client) -> None:
        client.get(reverse("search:home"))
        client.generic("BREW", "/no/such/page/4711")
        told = scraped(client)["stockcoop_request_seconds_count"]
        assert told["GET", "search:home", "2xx"] >= 1
        assert told["other", "none", "4xx"] >= 1
        assert not re.search("4711|BREW", str(told))

    def test_measure_searches(self, client: Client) -> None:
        before = scraped(client).get("stockcoop_search_seconds_count", {}).get(("found",), 0)
        client.get(reverse("search:results"), {"q": "harbour"})
        assert scraped(client)["stockcoop_search_seconds_count"]["found",] == before + 1


class TestLag:
    @pytest.fixture
    def server(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[DatabaseWrapper]:
        """A PostgreSQL that keeps the times of transactions."""
        with TemporaryDirectory(prefix="lag-") as name, Processes(Path(name)) as processes:
            folder, port = Path(name) / "postgres", free_port()
            postgres.make(folder)
            with (folder / "postgresql.conf").open("a") as conf:
                conf.write("track_commit_timestamp = on\n")
            postgres.run(processes, folder, port)
            place = {"HOST": "127.0.0.1", "PORT": port, "USER": "postgres", "NAME": "postgres"}
            other = DatabaseWrapper({**connection.settings_dict, **place}, "default")
            monkeypatch.setattr("search.services.figures.connection", other)
            yield other
            other.close()

    @pytest.mark.django_db
    def test_is_the_age_of_the_oldest_change_that_was_not_read(
        self, server: DatabaseWrapper
    ) -> None:
        with server.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()::text::bigint")
            (xid,) = cursor.fetchone()
            cursor.execute("SELECT pg_sleep(1.5)")
        assert lag_since(None) == 0
        assert 1.5 <= (lag_since(xid) or 0) < 60

    @pytest.mark.django_db
    def test_is_not_told_where_the_server_keeps_no_times(self) -> None:
        assert lag_since(1) is None


@pytest.fixture
def web(transactional_db: None, tmp_path: Path) -> Iterator[str]:
    """The address of a gunicorn with three processes, as it runs in earnest."""
    port = free_port()
    environ = {
        "DATABASE_URL": database_url(),
        "METRICS_TOKEN": TOKEN,
        "WEB_CONCURRENCY": "3",
        "LOG_FORMAT": "json",
        "VAR": str(tmp_path),
    }
    (tmp_path / "static").mkdir()
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}"]
    with Supervisor() as supervisor:
        supervisor.start("The web server", command, environ)
        await_answer(f"http://127.0.0.1:{port}/livez", supervisor)
        yield f"http://127.0.0.1:{port}"


def test_every_web_process_tells_what_all_of_them_did(web: str) -> None:
    for _ in range(20):
        with urlopen(f"{web}/robots.txt", timeout=10) as answer:
            assert answer.status == 200
    counts = set()
    for _ in range(8):
        request = Request(f"{web}/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        with urlopen(request, timeout=10) as answer:
            told = figures(answer.read().decode())
        counts.add(told["stockcoop_request_seconds_count"]["GET", "search:robots", "2xx"])
    assert counts == {20}
