"""The PostgreSQL of the case that runs: fresh, and there to be crashed."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from services import postgres
from services.processes import Failed, Processes, free_port

_TRIES = 5


@dataclass
class Database:
    """A server process, and how often it was crashed."""

    processes: Processes
    folder: Path
    port: int
    crashes: int = 0

    @property
    def url(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def crash_and_return(self) -> None:
        """SIGKILL the server with all its backends; it comes back and recovers by its log."""
        self.processes.kill("postgres")
        self.crashes += 1
        for left in reversed(range(_TRIES)):
            try:
                postgres.run(self.processes, self.folder, self.port)
                return
            except Failed:
                # The port or the shared memory of the one that died is not free yet.
                if not left:
                    raise


_running: list[Database] = []


@contextmanager
def fresh(folder: Path, like: Path | None = None) -> Iterator[Database]:
    """A new server below `folder`, for as long as the `with` block; a copy of one that is stopped.

    Without `like` it is empty.
    """
    with Processes(folder) as processes:
        database = Database(processes, folder / "postgres", free_port())
        postgres.make(database.folder)
        if like is not None:
            shutil.rmtree(database.folder)
            copy(like, database.folder)
        postgres.run(processes, database.folder, database.port)
        _running.append(database)
        try:
            yield database
        finally:
            _running.remove(database)


def copy(files: Path, to: Path) -> None:
    """Copy a stopped server's files with their owner."""
    subprocess.run(["cp", "-a", files, to], check=True)


def running() -> Database | None:
    """The server of this case; None under pytest, whose server others use too."""
    return _running[-1] if _running else None
