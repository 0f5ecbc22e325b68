"""A member's part of the surplus, explained step by step with its figures."""

from dataclasses import dataclass

from royalties.rules.law import Measure
from royalties.rules.splits import WHOLE_BP
from royalties.rules.surplus import Plan, Share
from royalties.rules.words import percent
from stockcoop.kernel.money import Money

TIMES = "\N{MULTIPLICATION SIGN}"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the computation: what is done, in words and figures, and what it comes to."""

    words: str
    amount: Money


def steps(plan: Plan, share: Share, *, year: int) -> list[Step]:
    """From the surplus of `year` to what the member of `share` gets."""
    rest = plan.surplus
    found = [Step(f"The surplus of {year}", rest)]
    for taken in plan.taken:
        rest -= taken.amount
        found.append(Step(f"less {taken.amount}: {taken.name} ({taken.why})", rest))
    part, whole = share.slice.part, share.slice.amount
    return [
        *found,
        Step(
            f"of this {percent(part.part_bp)} for class {part.share_class}: "
            f"{rest} {TIMES} {_figure(part.part_bp)} / {_figure(WHOLE_BP)}",
            whole,
        ),
        Step(
            f"of this your part, {_measured(share, plan.surplus.currency)}: "
            f"{whole} {TIMES} {_figure(share.weight)} / {_figure(share.slice.weights)}",
            share.amount,
        ),
    ]


def _measured(share: Share, currency: str) -> str:
    """What the part of a class is shared by: the member's figure and that of all of it."""
    own, everybody = share.weight, share.slice.weights
    match share.slice.part.measure:
        case Measure.SERVICE:
            return f"{_figure(own)} of {_figure(everybody)} days of membership"
        case Measure.ROYALTIES:
            return f"{Money(own, currency)} of {Money(everybody, currency)} in royalties"
        case Measure.HOURS:
            return f"{_hours(own)} of {_hours(everybody)} hours of work"
        case Measure.EQUAL:
            return f"one of {_figure(everybody)} equal parts"


def weighed(measure: Measure, weight: int, currency: str) -> str:
    """A weight as a list of members shows it: "USD 31.50", "412 days", "an equal part"."""
    match measure:
        case Measure.SERVICE:
            return f"{_figure(weight)} days"
        case Measure.ROYALTIES:
            return str(Money(weight, currency))
        case Measure.HOURS:
            return f"{_hours(weight)} hours"
        case Measure.EQUAL:
            return "an equal part"


def _figure(number: int) -> str:
    return f"{number:,}"


def _hours(minutes: int) -> str:
    """Minutes as hours: "12", "7:30"."""
    hours, rest = divmod(minutes, 60)
    return f"{hours:,}:{rest:02}" if rest else f"{hours:,}"
