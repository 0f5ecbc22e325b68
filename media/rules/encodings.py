"""Clips in smaller sizes: made once by a worker, kept in private, handed out as often as asked."""

from dataclasses import dataclass
from enum import StrEnum

PREFIX = "encodings/"
"""Where they lie in the storage of the originals."""

QUALITY = 18
"""x264's CRF; part of the recipe, so another one makes other encodings."""

DONE = ("c2pa.resized", "c2pa.transcoded")
"""What C2PA calls the making of one."""


class Stage(StrEnum):
    """How far an encoding is."""

    WAITING = "waiting"
    MADE = "made"
    FAILED = "failed"


@dataclass(frozen=True)
class Readiness:
    """Whether a file can be handed out at once.

    `stage` is None where no encoding is needed, or nobody has asked for it. `percent` is how much
    of the clip has been read for it, 0 where that is not known.
    """

    is_ready: bool
    stage: Stage | None = None
    percent: int = 0

    @property
    def is_waiting(self) -> bool:
        return self.stage is Stage.WAITING

    @property
    def has_failed(self) -> bool:
        return self.stage is Stage.FAILED


def recipe(longest_side: int) -> str:
    """What tells the encodings of one work apart, as in `h264-18-1920`."""
    return f"h264-{QUALITY}-{longest_side}"


def longest_side(recipe: str) -> int:
    """Pixels at most."""
    return int(recipe.rpartition("-")[2])
