import tempfile
from pathlib import Path

import psycopg
import pytest

from tests.torture import database
from tests.torture.__main__ import main


def test_a_crash_takes_all_connections_and_nothing_that_was_committed() -> None:
    # Not below pytest's own folder: others may not look into it, and PostgreSQL is another.
    with (
        tempfile.TemporaryDirectory(prefix="torture-") as folder,
        database.fresh(Path(folder)) as server,
    ):
        with psycopg.connect(server.url, autocommit=True) as kept:
            kept.execute("CREATE TABLE t AS SELECT 1 AS committed")
            kept.execute("BEGIN; INSERT INTO t VALUES (2)")
            server.crash_and_return()
            with pytest.raises(psycopg.OperationalError):
                kept.execute("SELECT")
        with psycopg.connect(server.url) as again:
            assert again.execute("SELECT * FROM t").fetchall() == [(1,)]
    assert database.running() is None


def test_a_case_that_is_not_in_the_table_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["no_such_case"]) == 2
    assert "exclusive_licences" in capsys.readouterr().out
