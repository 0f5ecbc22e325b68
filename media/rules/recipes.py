"""Which renditions a work gets: sizes, formats and where the watermark begins."""

from dataclasses import dataclass

MEDIA_TYPES = {"jpeg": "image/jpeg", "webp": "image/webp", "mp4": "video/mp4"}
"""The formats of renditions, with what a server calls them."""

EXTENSIONS = {"jpeg": "jpg", "webp": "webp", "mp4": "mp4"}


@dataclass(frozen=True)
class Recipe:
    """A picture whose longest side is `longest_side` pixels at most; never enlarged.

    The small ones, of which a page shows many, come in a smaller format too.
    """

    name: str
    longest_side: int
    marked: bool
    formats: tuple[str, ...] = ("jpeg",)


RECIPES = (
    Recipe("r2048", 2048, marked=True),
    Recipe("r1024", 1024, marked=True),
    Recipe("r512", 512, marked=True, formats=("jpeg", "webp")),
    Recipe("r256", 256, marked=False, formats=("jpeg", "webp")),
)
"""Largest first, so that each can be made from the one before."""

PREVIEW = "v720"
"""The recipe of the watermarked clip that plays on a video's page."""

PREVIEW_LONGEST_SIDE = 1280

GLIMPSE = "g480"
"""The recipe of the silent seconds that a clip shows of itself under a pointer."""

GLIMPSE_LONGEST_SIDE = 480
GLIMPSE_SECONDS = 3

PICTURES = frozenset(recipe.name for recipe in RECIPES)
"""The recipes that show a work whole and still."""


def fitted(width: int, height: int, longest_side: int) -> tuple[int, int]:
    """The size in pixels that fits `longest_side`, proportions kept, never enlarged or empty."""
    longest = max(width, height)
    if longest <= longest_side:
        return width, height
    return (
        max(1, round(width * longest_side / longest)),
        max(1, round(height * longest_side / longest)),
    )


def key(work_uuid: object, recipe: str, digest: str, format: str) -> str:
    """Where a rendition lies in its storage; equal content has an equal key."""
    return f"{work_uuid}/{recipe}-{digest[:32]}.{EXTENSIONS[format]}"


def work_of(key: str) -> str:
    """The uuid of the work whose rendition lies under `key`."""
    return key.partition("/")[0]


def recipes_for(longest: int) -> list[Recipe]:
    """The recipes that a picture of that longest side fills, largest first; at least one."""
    smaller = [*(recipe.longest_side for recipe in RECIPES[1:]), 0]
    return [recipe for recipe, below in zip(RECIPES, smaller, strict=True) if longest > below]
