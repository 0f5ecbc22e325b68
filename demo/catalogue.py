"""The demo's six artists and their 48 works, as the files in demo/artists describe them."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from demo.painter.colour import Hand

# Width and height in pixels: each at least twelve million.
FORMATS = {
    "landscape": (4240, 2832),
    "portrait": (2832, 4240),
    "square": (3520, 3520),
    "panorama": (6000, 2048),
    "wide": (4800, 2704),
    "tall": (3136, 3920),
}


@dataclass(frozen=True)
class Piece:
    """One work to be painted and what its file says of it."""

    slug: str
    scene: str
    seed: int
    format: str
    title: str
    description: str
    keywords: tuple[str, ...]
    params: Mapping[str, Any]
    profile: str = ""
    orientation: int = 1
    editorial: bool = False

    @property
    def size(self) -> tuple[int, int]:
        """Upright width and height in pixels."""
        return FORMATS[self.format]


@dataclass(frozen=True)
class Painter:
    """An artist of the demo: a person, a hand, and works."""

    name: str
    email: str
    statement: str
    hand: Hand
    pieces: tuple[Piece, ...]


def _slug(artist: str, title: str) -> str:
    words = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in title)
    return "-".join([artist, *words.lower().split()])


def _read(path: Path) -> Painter:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    hand: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in data["hand"].items()
    }
    pieces = tuple(
        Piece(slug=_slug(path.stem, work["title"]), **{**work, "keywords": tuple(work["keywords"])})
        for work in data["works"]
    )
    return Painter(**data["artist"], hand=Hand(**hand), pieces=pieces)


@cache
def painters() -> tuple[Painter, ...]:
    """The six artists in the order of their files' names."""
    folder = Path(__file__).parent / "artists"
    return tuple(_read(path) for path in sorted(folder.glob("*.toml")))
