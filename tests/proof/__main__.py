"""`python -m tests.proof [MUTANT …]`: let each mutant live until an invariant breaks.

One line a mutant: what broke, in which step of which life. The exit status is not zero when one
lives, breaks another set of invariants than it declares, or does not fit the code any more.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.proof.mutants import MUTANTS, Mutant
from tests.proof.outcome import Outcome
from tests.torture import database
from tests.torture.one import migrated

PATIENCE_S = 900


def main(names: Sequence[str]) -> int:
    """0 when each mutant broke what it declares; 1 when one did not; 2 for a wrong name."""
    unknown = sorted(set(names) - set(MUTANTS))
    if unknown:
        print(f"No mutant is called {', '.join(unknown)}. There are: {', '.join(MUTANTS)}")
        return 2
    chosen = [MUTANTS[name] for name in names or MUTANTS]
    with _server() as url, ThreadPoolExecutor(os.cpu_count()) as pool:
        went_well = list(pool.map(lambda mutant: _told(url, mutant), chosen))
    print(f"{sum(went_well)} of {len(chosen)} mutants broke what they declare")
    return 0 if all(went_well) else 1


@contextmanager
def _server() -> Iterator[str]:
    like = migrated()
    with (
        tempfile.TemporaryDirectory(prefix="proof-") as folder,
        database.fresh(Path(folder), like) as server,
    ):
        yield server.url


def _told(url: str, mutant: Mutant) -> bool:
    """Whether `mutant` broke what it declares; its line is printed."""
    outcome = lived(url, mutant.name)
    if outcome is None:
        print(f"DID NOT RUN  {mutant.name}", flush=True)
        return False
    broken = frozenset(outcome.broken)
    said = "broke" if broken == mutant.breaks else "WRONG" if broken else "LIVES"
    when = f"life {outcome.life}, step {outcome.step}"
    print(f"{said}  {mutant.name} ({when}): {', '.join(outcome.broken)}", flush=True)
    for what, which in (("not broken", mutant.breaks - broken), ("also", broken - mutant.breaks)):
        if which:
            print(f"       {what}: {', '.join(sorted(which))}", flush=True)
    return broken == mutant.breaks


def lived(url: str, name: str = "") -> Outcome | None:
    """What becomes of one mutant (or of the sound code), in a process and a database of its own."""
    with _database(url) as own:
        command = [sys.executable, "-m", "tests.proof.one", own, *([name] if name else [])]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=PATIENCE_S, check=False
            )
        except subprocess.TimeoutExpired:
            return None
    if done.returncode:
        print(done.stderr[-2000:], file=sys.stderr, flush=True)
        return None
    return Outcome(**json.loads(done.stdout.splitlines()[-1]))


@contextmanager
def _database(url: str) -> Iterator[str]:
    """A copy of the migrated database, for as long as the `with` block."""
    server = url.rpartition("/")[0]
    name = f"proof_{os.urandom(6).hex()}"
    with psycopg.connect(f"{server}/template1", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE postgres STRATEGY FILE_COPY')
    try:
        yield f"{server}/{name}"
    finally:
        with psycopg.connect(f"{server}/template1", autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    sys.exit(main(sys.argv[1:]))
