"""What a case of the torture says when it is over."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """How often something was tried, and how often it was lost, doubled or wrong.

    `said` are the figures that show it was tried in earnest, in one line.
    """

    name: str
    tried: int
    lost: int
    seconds: float
    said: str = ""


def sized(full: int, scale: float, *, least: int) -> int:
    """`full` at `scale`, but never so few that the case means nothing any more."""
    return max(least, min(full, round(full * scale)))
