"""The mutants are found: a few of them here, all of them by `make mutants`."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.proof.invariants import NAMES
from tests.proof.mutants import MUTANTS, Mutant

ROOT = Path(__file__).resolve().parents[2]
FEW = ("half a cent goes to the co-op", "a reversal repeats what it reverses")
# Constraints and triggers refuse what would break these before anybody could see it.
HELD_BY_THE_DATABASE = {
    "a_licence_has_one_successor",
    "invoices_are_numbered_without_a_gap",
    "nobody_has_two_open_payouts",
    "reversals_mirror",
}
NEUTRAL = Mutant(
    "says the same otherwise",
    "royalties/rules/splits.py",
    "WHOLE_BP = 10_000",
    "WHOLE_BP = 10000",
    frozenset(),
)


@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=lambda mutant: mutant.name)
def test_fits_the_code_and_names_what_it_breaks(mutant: Mutant) -> None:
    changed = mutant.applied((ROOT / mutant.file).read_text(encoding="utf-8"))
    compile(changed, mutant.file, "exec")
    assert mutant.breaks
    assert mutant.breaks <= set(NAMES)


def test_there_are_twenty_in_five_packages() -> None:
    assert len(MUTANTS) >= 20
    packages = {mutant.file.partition("/")[0] for mutant in MUTANTS.values()}
    assert {"ledger", "licensing", "invoicing", "royalties", "media"} <= packages


def test_each_invariant_is_broken_by_one() -> None:
    broken = frozenset().union(*(mutant.breaks for mutant in MUTANTS.values()))
    assert set(NAMES) - broken == HELD_BY_THE_DATABASE


def test_one_that_does_not_fit_is_told() -> None:
    with pytest.raises(ValueError, match="0 places"):
        NEUTRAL.applied("nothing of the kind")


def test_a_few_break_what_they_declare() -> None:
    # In a process of its own, as `make mutants` has it: this one has taken its database.
    command = [sys.executable, "-m", "tests.proof", *FEW]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 of 2 mutants broke what they declare" in done.stdout
