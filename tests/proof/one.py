"""`python -m tests.proof.one URL [MUTANT]`: live until something breaks, in this process.

The database at URL is migrated and empty. The last line on standard output is the Outcome.
"""

import importlib
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from tests.proof.mutants import MUTANTS
from tests.proof.mutants.mutant import infect
from tests.torture.one import enter


def main(url: str, name: str = "") -> None:
    """Infect this process before it imports what is mutated, and live."""
    if name:
        infect(MUTANTS[name])
    with tempfile.TemporaryDirectory(prefix="proof-") as folder:
        enter(url, Path(folder) / "var")
        outcome = importlib.import_module("tests.proof.watched").live()
    print(json.dumps(asdict(outcome)))


if __name__ == "__main__":
    main(*sys.argv[1:])
