"""A member's part of the surplus, explained step by step with its figures."""

from dataclasses import dataclass

from royalties.rules.splits import WHOLE_BP
from royalties.rules.surplus import ClassPart, Measure, Plan, Share
from royalties.rules.words import percent
from stockcoop.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the computation: what is done, in words and figures, and what it comes to."""

    words: str
    amount: Money


def steps(plan: Plan, share: Share, *, year: int) -> list[Step]:
    """From the surplus of `year` to what the member of `share` gets."""
    rest = plan.surplus - plan.reserve
    part = share.slice.part
    return [
        Step(f"The surplus of {year}", plan.surplus),
        Step(f"less {percent(plan.law.reserve_bp)} for the reserve, {plan.reserve}", rest),
        Step(
            f"of this {percent(part.part_bp)} for class {part.share_class}: "
            f"{rest} x {part.part_bp} / {WHOLE_BP}",
            share.slice.amount,
        ),
        Step(
            f"of this your part, {measured(part, share.weight, plan.surplus.currency)} of "
            f"{measured(part, share.slice.weights, plan.surplus.currency, whole=True)}: "
            f"{share.slice.amount} x {_number(share.weight)} / {_number(share.slice.weights)}",
            share.amount,
        ),
    ]


def measured(part: ClassPart, weight: int, currency: str, *, whole: bool = False) -> str:
    """A weight in the words of its measure: "412 days", "USD 31.50 of royalties"."""
    if part.measure is Measure.SERVICE:
        return f"{_number(weight)} {'day' if weight == 1 else 'days'} of membership"
    if part.measure is Measure.ROYALTIES:
        return f"{Money(weight, currency)} of royalties"
    return f"{_number(weight)} {'member' if weight == 1 else 'members'}" if whole else "one"


def _number(figure: int) -> str:
    return f"{figure:,}"
