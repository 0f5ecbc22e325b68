"""What is withheld from a payout for a tax authority: by the kind of money, and by who is paid.

The rules are the co-op's data; an accountant confirms them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from royalties.rules.splits import WHOLE_BP


class Paid(StrEnum):
    """What money is paid for; it follows from the source of the entry that credited it."""

    PATRONAGE = "patronage"
    OTHER = "other"
    ROYALTIES = "royalties"

    @classmethod
    def of(cls, head: str) -> "Paid":
        """From what a source begins with: "sale" in "sale:12"."""
        if head == "distribution":
            return cls.PATRONAGE
        return cls.ROYALTIES if head in ("sale", "refund", "restored") else cls.OTHER


class Form(StrEnum):
    """The tax form of a member that is on file."""

    NONE = "none"
    W9 = "W-9"
    W8BEN = "W-8BEN"

    @property
    def label(self) -> str:
        """As pages call it."""
        return "No form" if self is Form.NONE else self.value


@dataclass(frozen=True, slots=True)
class Profile:
    """Where a member pays taxes (two letters, empty when unknown) and what is on file."""

    country: str = ""
    form: Form = Form.NONE
    treaty_bp: int | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """Withhold `rate_bp` of each of `payments`, beyond `free_minor` a year, of whom it names.

    `lives_in` and `not_in` are countries, `forms` what is on file; empty means whichever. With
    `treaty`, the rate of the member's treaty takes the place of `rate_bp`.
    """

    code: str
    authority: str
    words: str
    payments: tuple[Paid, ...]
    rate_bp: int
    free_minor: int = 0
    lives_in: tuple[str, ...] = ()
    not_in: tuple[str, ...] = ()
    forms: tuple[Form, ...] = ()
    treaty: bool = False

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> "Rule":
        """From the co-op's data. Raises ValueError when it could not be applied."""
        rule = cls(
            code=data["code"],
            authority=data["authority"],
            words=data["words"],
            payments=tuple(Paid(kind) for kind in data["payments"]),
            rate_bp=data["rate_bp"],
            free_minor=data.get("free_minor", 0),
            lives_in=tuple(data.get("lives_in", ())),
            not_in=tuple(data.get("not_in", ())),
            forms=tuple(Form(form) for form in data.get("forms", ())),
            treaty=data.get("treaty", False),
        )
        if not 0 <= rule.rate_bp < WHOLE_BP or rule.free_minor < 0:
            raise ValueError(f"{rule.code} withholds all, or less than nothing")
        return rule

    def names(self, profile: Profile) -> bool:
        """Whether the rule is about a member with this profile."""
        if self.lives_in and profile.country not in self.lives_in:
            return False
        # Who has not said where they live is not known to live abroad.
        if self.not_in and profile.country in ("", *self.not_in):
            return False
        return not self.forms or profile.form in self.forms

    def rate_for(self, profile: Profile) -> int:
        """The rate in basis points that applies to a member with this profile."""
        return profile.treaty_bp if self.treaty and profile.treaty_bp is not None else self.rate_bp


@dataclass(frozen=True, slots=True)
class Part:
    """What is paid for one kind of money, and what is withheld of it, in minor units."""

    kind: Paid
    base: int
    before: int
    rule: Rule | None
    rate_bp: int
    withheld: int


def composed(amount: int, unpaid: Mapping[Paid, int]) -> list[tuple[Paid, int]]:
    """What a payout of `amount` pays for, out of what is `unpaid` of each kind.

    Patronage first, then other sums, royalties last: a chargeback lessens royalties. The parts are
    above zero and sum to `amount`.
    """
    left, parts = amount, []
    for kind in (Paid.PATRONAGE, Paid.OTHER):
        base = min(max(unpaid.get(kind, 0), 0), left)
        parts.append((kind, base))
        left -= base
    return [(kind, base) for kind, base in [*parts, (Paid.ROYALTIES, left)] if base]


def withheld_of(base: int, *, before: int, free: int, rate_bp: int) -> int:
    """What is withheld of `base`, when `before` was paid in the same year; rounded down."""
    taxed = max(before + base - free, 0) - max(before - free, 0)
    return taxed * rate_bp // WHOLE_BP


def parts(
    amount: int,
    *,
    unpaid: Mapping[Paid, int],
    before: Mapping[Paid, int],
    rules: Sequence[Rule],
    profile: Profile,
) -> list[Part]:
    """A payout of `amount` to a member with `profile`, in parts; the first fitting rule counts."""
    found = []
    for kind, base in composed(amount, unpaid):
        rule = next((r for r in rules if kind in r.payments and r.names(profile)), None)
        rate = rule.rate_for(profile) if rule else 0
        paid = before.get(kind, 0)
        free = rule.free_minor if rule else 0
        kept = withheld_of(base, before=paid, free=free, rate_bp=rate)
        found.append(Part(kind, base, paid, rule, rate, kept))
    return found
