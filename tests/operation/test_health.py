"""/livez and /readyz, with parts that are really down."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.utils import timezone

from operation.services import health

HOUR_AGO = "now() - interval '1 hour'"


def worker_seen(when: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_workers")
        cursor.execute(f"INSERT INTO procrastinate_workers (last_heartbeat) VALUES ({when})")


@pytest.fixture
def a_worker(transactional_db: None) -> None:
    worker_seen("now()")


def ready() -> tuple[int, dict[str, Any]]:
    response = Client().get("/readyz")
    return response.status_code, response.json()


class TestLivez:
    def test_needs_nothing(self) -> None:
        assert Client().get("/livez").json() == {"status": "ok"}

    @pytest.mark.parametrize("host", ["10.1.2.3:8000", "web-7f9c"])
    def test_answers_by_whatever_name_it_is_called(self, host: str) -> None:
        assert Client(headers={"host": host}).get("/livez").status_code == 200
        assert Client(headers={"host": host}).get("/").status_code == 400


@pytest.mark.usefixtures("a_worker")
class TestReadyz:
    def test_names_every_part(self) -> None:
        parts = ("status", "database", "migrations", "search", "storage", "queue")
        assert ready() == (200, dict.fromkeys(parts, "ok"))

    def test_is_degraded_without_a_living_worker(self) -> None:
        worker_seen(HOUR_AGO)
        status, state = ready()
        assert (status, state["status"], state["queue"]) == (200, "degraded", "down")

    def test_is_degraded_when_the_storage_does_not_answer(self, settings: Any) -> None:
        originals = {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {
                "bucket_name": "gone",
                "endpoint_url": "http://127.0.0.1:9",
                "access_key": "k",
                "secret_key": "s",
                "region_name": "us-east-1",
            },
        }
        settings.STORAGES = {**settings.STORAGES, "originals": originals}
        status, state = ready()
        assert (status, state["status"], state["storage"]) == (200, "degraded", "down")
        assert state["search"] == "ok"

    def test_is_degraded_when_the_search_index_does_not_answer(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE search_phrase RENAME TO search_elsewhere")
        try:
            status, state = ready()
        finally:
            with connection.cursor() as cursor:
                cursor.execute("ALTER TABLE search_elsewhere RENAME TO search_phrase")
        assert (status, state["status"], state["search"]) == (200, "degraded", "down")

    def test_fails_while_migrations_are_pending(self, forgotten: None) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE django_migrations SET app = 'later'"
                " WHERE id = (SELECT max(id) FROM django_migrations WHERE app = 'ledger')"
            )
        try:
            status, state = ready()
        finally:
            with connection.cursor() as cursor:
                cursor.execute("UPDATE django_migrations SET app = 'ledger' WHERE app = 'later'")
        assert (status, state["status"], state["migrations"]) == (503, "failed", "pending")
        assert ready()[0] == 200

    def test_fails_without_a_database(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(connections.settings["default"], "HOST", "/nowhere")
        assert ready() == (503, {"status": "failed", "database": "down"})


@pytest.fixture
def forgotten() -> Iterator[None]:
    """Nobody has found the migrations applied yet."""
    health._migrated.clear()
    yield
    health._migrated.clear()


class TestPatience:
    def test_waits_no_longer_than_it_should(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(health, "PATIENCE_S", 0.1)
        released = threading.Event()
        began = time.monotonic()
        hanging = {name: lambda: released.wait(30) for name in ("one", "two", "three")}
        assert not any(health._all(hanging).values())
        assert time.monotonic() - began < 0.25
        released.set()

    def test_holds_one_thread_for_a_part_that_hangs(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(health, "PATIENCE_S", 0.05)
        released, begun = threading.Event(), []

        def hang() -> bool:
            begun.append(timezone.now())
            return released.wait(30)

        assert [health._all({"stuck": hang}) for _ in range(5)] == [{"stuck": False}] * 5
        released.set()
        assert len(begun) == 1
