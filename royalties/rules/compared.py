"""Plans side by side: a row per step and class, a cell per plan."""

from collections.abc import Sequence

from royalties.rules.surplus import Plan
from royalties.rules.words import percent
from stockcoop.kernel.money import Money

Cell = tuple[Money | None, str]
Row = tuple[str, list[Cell]]


def rows(plans: Sequence[Plan]) -> list[Row]:
    """What each step and class comes to by each plan; None where a plan has no such step.

    Steps stand in the order in which the plans name them first, classes after all steps.
    """
    steps = [[(taken.name, taken.amount, taken.why) for taken in plan.taken] for plan in plans]
    classes = [
        [
            (f"Class {s.part.share_class}", s.amount, f"{percent(s.part.part_bp)} of the rest")
            for s in plan.slices
        ]
        for plan in plans
    ]
    return [*_side_by_side(steps), *_side_by_side(classes)]


def _side_by_side(columns: Sequence[Sequence[tuple[str, Money, str]]]) -> list[Row]:
    names = dict.fromkeys(name for column in columns for name, _, _ in column)
    cells = [{name: (amount, why) for name, amount, why in column} for column in columns]
    return [(name, [column.get(name, (None, "")) for column in cells]) for name in names]
