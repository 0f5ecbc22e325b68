"""From painted pixels to the files that artists would send in: JPEGs and one clip."""

import signal
from pathlib import Path

import numpy as np

from demo.adapters.memory import keep
from demo.adapters.raster import jpeg
from demo.catalogue import Painter, Piece, painters
from demo.painter.film import waves
from demo.painter.profiles import SPACES
from demo.painter.studio import paint
from media.rules.metadata import Facts
from media.services import inscriptions

CLIP = "arrieta-slow-swell.mp4"

# How many quarter turns anticlockwise store an upright picture for each Exif orientation.
_TURNS = {1: 0, 3: 2, 6: 1, 8: 3}


def facts_of(painter: Painter, piece: Piece) -> Facts:
    """What the file of `piece` says about itself."""
    return Facts(
        title=piece.title,
        description=piece.description,
        keywords=piece.keywords,
        creator=painter.name,
        credit=f"{painter.name} / stockcoop",
        rights=f"© {painter.name}",
    )


def picture_file(painter: Painter, piece: Piece, scale: float = 1.0) -> bytes:
    """The JPEG of `piece` with its metadata, colour profile and orientation."""
    pixels = paint(painter, piece, scale)
    stored = np.ascontiguousarray(np.rot90(pixels, _TURNS[piece.orientation]))
    data = jpeg(stored, profile=SPACES[piece.profile].icc() if piece.profile else None)
    return inscriptions.write(data, facts_of(painter, piece), orientation=piece.orientation)


def develop_one(folder: Path, name: str) -> None:
    """Put one file of the demo into `folder`; it appears whole or not at all."""
    keep()
    half = folder / f".{name}.part"
    if name == CLIP:
        waves(half)
    else:
        painter, piece = _named(name.removesuffix(".jpg"))
        half.write_bytes(picture_file(painter, piece))
    half.replace(folder / name)


def _named(slug: str) -> tuple[Painter, Piece]:
    return next((painter, piece) for painter in painters() for piece in painter.pieces
                if piece.slug == slug)  # fmt: skip


def leave_interrupts_to_the_parent() -> None:
    """For painters of a pool: Ctrl-C reaches them too, but the parent decides what it means."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
