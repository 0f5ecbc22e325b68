"""Payouts for tests: a gateway that does as it is told, balances to pay out, runs to pay."""

import tomllib
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from pathlib import Path
from threading import Lock
from typing import Any

from ledger.rules import Move
from ledger.services import posting
from members.models import User
from royalties.models import PayoutRun
from royalties.rules.movements import Moved, MovementKind
from royalties.rules.payouts import Sent
from royalties.services import establish, runs
from stockcoop.kernel.money import Money
from tests.make.ledger import NOON, usd
from tests.make.members import LONG_AGO, artist, user
from tests.make.royalties import TERMS, sale

_COOP = Path(__file__).parents[2] / "stockcoop" / "coop.toml"
PRESETS: dict[str, Any] = tomllib.loads(_COOP.read_text(encoding="utf-8"))["royalties"]
_numbers = count(1)


@dataclass
class RecordingGateway:
    """Answers as it is told and remembers what it paid, by key."""

    name: str = "recording"
    needs_accounts: bool = False
    errors: list[Exception] = field(default_factory=list)
    paid: dict[str, Money] = field(default_factory=dict)
    calls: int = 0
    _lock: Lock = field(default_factory=Lock)

    def pay(self, *, key: str, member: int, amount: Money, account: str) -> Sent:
        with self._lock:
            self.calls += 1
            if self.errors:
                raise self.errors.pop(0)
            self.paid[key] = amount
            return Sent(f"ref-{key}")

    def take_back(self, *, key: str, reference: str, amount: Money) -> Sent:
        self.paid[key] = -amount
        return Sent(f"ref-{key}")

    def taken_back(self, reference: str) -> Sent | None:
        return None


def earning(minor: int = 20_000) -> User:
    """An artist with a balance of `minor` cents."""
    earner = artist()
    sale(shares={earner: 1}, price=usd(2 * minor))
    return earner


def withholding_in(home: str, at: datetime = LONG_AGO) -> None:
    """The example co-op's rules of withholding, of a co-op that pays taxes in `home`."""
    more = {key: PRESETS[key] for key in ("withholding", "tax_forms")} | {"tax_home": home}
    establish.establish({"royalties": {**TERMS["royalties"], **more}}, at=at)


def patronage(member: User, minor: int) -> None:
    """A part of a surplus of `minor` cents in the balance of `member`."""
    part = Move(debit="coop:year:2025", credit=f"member:{member.pk}", amount=usd(minor))
    posting.post(source=f"distribution:test-{next(_numbers)}", postings=[part], at=NOON)


def approved(at_least: int = 1) -> PayoutRun:
    """A run that somebody else has approved; members are there already."""
    run = runs.propose(proposed_by=user(), at=NOON)
    runs.approve(run=run, by=user(), at=NOON)
    assert run.payouts.count() >= at_least
    return run


def moved(
    gross: int = 9,
    *,
    fee: int = 0,
    kind: MovementKind = MovementKind.BANKED,
    reference: str = "",
) -> Moved:
    """A movement of `gross` cents, as a gateway states it."""
    name = reference or f"moved-{next(_numbers)}"
    return Moved(name, kind, f"about-{name}", usd(gross), usd(fee), NOON)
