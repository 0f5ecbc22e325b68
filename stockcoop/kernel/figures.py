"""A figure that a package tells its operators: what `services/figures.py` yields."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Values = Mapping[tuple[str, ...], float]


@dataclass(frozen=True)
class Figure:
    """One quantity and its values by label. A counter only grows; its name ends in `_total`.

    `values` maps the labels' values, in the order of `labels`, to the number; for a figure without
    labels that is `{(): number}`. Labels have few values: states, queues, tasks, never an id.
    """

    name: str
    meaning: str
    values: Values
    labels: tuple[str, ...] = ()
    kind: Literal["gauge", "counter"] = "gauge"
