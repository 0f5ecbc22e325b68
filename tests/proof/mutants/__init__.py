"""Faults made by hand in copies of the code, each with the invariants that it must break."""

from tests.proof.mutants.buyers import BUYERS
from tests.proof.mutants.ledger import LEDGER
from tests.proof.mutants.members import MEMBERS
from tests.proof.mutants.mutant import Mutant
from tests.proof.mutants.sales import SALES
from tests.proof.mutants.years import YEARS

__all__ = ["MUTANTS", "Mutant"]

MUTANTS: dict[str, Mutant] = {
    mutant.name: mutant for mutant in (*LEDGER, *SALES, *MEMBERS, *BUYERS, *YEARS)
}
