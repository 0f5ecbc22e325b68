"""Recompute everything that royalties stores, and name what differs."""

from collections.abc import Callable, Iterator

from royalties.services import recount
from royalties.services.checks import (
    costs,
    equity,
    facts,
    movements,
    payouts,
    remittances,
    rules,
    sales,
    statements,
    withholding,
    years,
)

CHECKS: tuple[Callable[[], Iterator[str]], ...] = (
    facts.differences,
    sales.differences,
    rules.differences,
    costs.differences,
    payouts.differences,
    movements.differences,
    statements.differences,
    withholding.differences,
    years.differences,
    recount.differences,
    equity.differences,
    remittances.differences,
)


def differences() -> Iterator[str]:
    """One sentence for each stored figure that its facts would not give."""
    for check in CHECKS:
        yield from check()
