"""Widths that are made when somebody asks: for embedding, contact sheets and comps."""

from collections.abc import Iterable
from dataclasses import dataclass

STEP, WIDEST = 64, 2048
"""Pixels. Few enough widths that all of them of a work are a bounded number of files."""

FORMATS = {"jpg": "jpeg", "webp": "webp"}
"""By the end of an address."""

ON_DEMAND = "w"
"""How the recipes of such renditions begin; one of 640 pixels is `w640`."""


@dataclass(frozen=True)
class Source:
    """A standing rendition; `width` in pixels."""

    key: str
    width: int
    format: str


def recipe(width: int) -> str:
    return f"{ON_DEMAND}{width}"


def is_offered(width: int) -> bool:
    """Whether `width` is one of the steps at all, whatever the work."""
    return 0 < width <= WIDEST and width % STEP == 0


def widest(available: int, *, most: int) -> int:
    """The widest step that is neither above `most` nor needs to be enlarged; 0 if there is none."""
    return min(available, most, WIDEST) // STEP * STEP


def source_for(width: int, standing: Iterable[Source]) -> Source | None:
    """The smallest rendition from which `width` pixels can be had; None where there is none.

    Only the smallest rendition of a work bears no mark, and nothing is enlarged, so whatever is
    larger than that is made from a marked one.
    """
    fit = [source for source in standing if source.width >= width and source.format != "mp4"]
    return min(fit, key=lambda source: (source.width, source.format != "jpeg"), default=None)


def height_of(width: int, size: tuple[int, int]) -> int:
    """The height in pixels that a picture of `size` has at `width`."""
    return max(1, round(size[1] * width / size[0]))
