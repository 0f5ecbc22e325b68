"""Which photographs are used: real ones of a folder, or those that the demo paints."""

from pathlib import Path

from PIL import Image

from demo.catalogue import painters
from demo.darkroom import picture_file

MOST = 16
_LEAST_MEGAPIXELS = 11.5
_PAINTED, _SCALE = 6, 2.5


def chosen(folder: Path | None, painted: Path) -> list[Path]:
    """At most 16 JPEGs from 11.5 megapixels up, evenly through the names in `folder`.

    When it has fewer than four such files all its pictures count; without a folder some are
    painted into `painted`.
    """
    if folder is None or not folder.is_dir():
        return _paint(painted)
    sizes = {path: size for path in sorted(folder.iterdir()) if (size := _size(path))}
    large = [path for path, size in sizes.items() if size >= _LEAST_MEGAPIXELS * 1e6]
    found = large if len(large) >= 4 else list(sizes)
    if not found:
        raise SystemExit(f"{folder} holds no JPEG.")
    step = max(1.0, len(found) / MOST)
    return [found[int(at * step)] for at in range(min(MOST, len(found)))]


def _size(path: Path) -> int:
    """How many pixels a colour JPEG has; 0 for everything else."""
    try:
        with Image.open(path, formats=["JPEG"]) as image:
            return image.width * image.height if image.mode == "RGB" else 0
    except (OSError, Image.DecompressionBombError):
        return 0


def _paint(folder: Path) -> list[Path]:
    folder.mkdir()
    pieces = [(painter, piece) for painter in painters() for piece in painter.pieces]
    step = len(pieces) // _PAINTED
    paths = []
    for painter, piece in pieces[: step * _PAINTED : step]:
        path = folder / f"{piece.slug}.jpg"
        path.write_bytes(picture_file(painter, piece, _SCALE))
        paths.append(path)
    return paths
