"""Payouts for tests: a gateway that does as it is told, balances to pay out, runs to pay."""

from dataclasses import dataclass, field
from threading import Lock

from members.models import User
from royalties.models import PayoutRun
from royalties.services import runs
from stockcoop.kernel.money import Money
from tests.make.ledger import NOON, usd
from tests.make.members import artist, user
from tests.make.royalties import sale


@dataclass
class RecordingGateway:
    """Answers as it is told and remembers what it paid, by key."""

    name: str = "recording"
    errors: list[Exception] = field(default_factory=list)
    paid: dict[str, Money] = field(default_factory=dict)
    calls: int = 0
    _lock: Lock = field(default_factory=Lock)

    def pay(self, *, key: str, member: int, amount: Money) -> str:
        with self._lock:
            self.calls += 1
            if self.errors:
                raise self.errors.pop(0)
            self.paid[key] = amount
            return f"ref-{key}"


def earning(minor: int = 20_000) -> User:
    """An artist with a balance of `minor` cents."""
    earner = artist()
    sale(shares={earner: 1}, price=usd(2 * minor))
    return earner


def approved(at_least: int = 1) -> PayoutRun:
    """A run that somebody else has approved; members are there already."""
    run = runs.propose(proposed_by=user(), at=NOON)
    runs.approve(run=run, by=user(), at=NOON)
    assert run.payouts.count() >= at_least
    return run
