"""What every test gets: files in a folder of its own, a database that can be emptied."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from django.db.backends.postgresql.operations import DatabaseOperations
from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis_settings

from tests.search import elastic

# A busy machine makes one example slow now and then; that says nothing about the code.
hypothesis_settings.register_profile(
    "patient", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
# Where it only counts whether a test fails, nothing is made smaller or explained.
hypothesis_settings.register_profile(
    "yes_or_no",
    hypothesis_settings.get_profile("patient"),
    phases=[Phase.explicit, Phase.generate],
    database=None,
)
hypothesis_settings.load_profile("patient")


@pytest.fixture(scope="session", autouse=True)
def _append_only_tables_can_be_emptied_between_tests() -> Iterator[None]:
    """Transactional tests TRUNCATE all tables; the triggers that refuse it stand aside for that.

    Jobs and the practice gateway have tables without managed models; Django would leave them full.
    """
    flush = DatabaseOperations.sql_flush

    def flush_as_replica(self: DatabaseOperations, *args: Any, **kwargs: Any) -> list[str]:
        statements = flush(self, *args, **kwargs)
        if not statements:
            return statements
        modelled = self.connection.introspection.django_table_names()
        others = set(self.connection.introspection.table_names()).difference(modelled)
        return [
            "SET session_replication_role = replica",
            *statements,
            f"TRUNCATE {', '.join(sorted(others - {'django_migrations'}))}",
            "SET session_replication_role = DEFAULT",
        ]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", flush_as_replica)
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Workers and live servers run in threads; what those keep open blocks the tear-down.

    Only where a test asks for the database, as in pytest-django: rules are tested without one.
    """
    connections.settings["default"]["CONN_MAX_AGE"] = 0
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    connection.close()


@pytest.fixture(autouse=True)
def _files_of_one_test(settings: Any, tmp_path: Path) -> None:
    """Storages write below the test's own folder, and keys of certificates are kept there."""
    settings.CERTIFICATE_KEYS = tmp_path / "licence-keys"
    settings.STORAGES = {
        alias: {
            **options,
            "OPTIONS": {**options["OPTIONS"], "location": tmp_path / alias},
        }
        if "OPTIONS" in options
        else {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
        for alias, options in settings.STORAGES.items()
    }


@pytest.fixture(params=["postgres", "elasticsearch"])
def each_engine(request: pytest.FixtureRequest, settings: Any) -> Iterator[None]:
    """The site searches with PostgreSQL, and once more with an Elasticsearch of the test's own."""
    if request.param == "postgres":
        yield
        return
    with elastic.fresh() as given:
        settings.ELASTICSEARCH = given
        yield


@pytest.fixture(autouse=True)
def _passwords_hashed_fast(settings: Any) -> None:
    """Slow hashing protects real passwords; here it would take most of the time."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def in_tokyo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The server's own time is far from UTC: what is hashed or signed must not depend on it."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        yield
    time.tzset()
