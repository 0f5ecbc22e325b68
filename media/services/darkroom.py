"""Strangers' files opened under the co-op's limits, as our own values."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from media.adapters import (
    clips,
    credentials,
    delivering,
    photos,
    progress,
    reading_traces,
    sandbox,
    sizing,
)
from media.adapters.sandbox import Fault
from media.adapters.watermark import Mark
from media.rules.film import Film
from media.rules.formats import HEAD, Format, Unfit, sniff
from media.rules.kinds import Kind
from media.rules.limits import Limits
from media.rules.metadata import Facts, cleaned
from media.rules.wishes import Wish

__all__ = [
    "Compared",
    "Cutting",
    "Developed",
    "Fault",
    "Print",
    "bears_credentials",
    "compare",
    "cut",
    "develop",
    "encode",
    "scale",
]

_CLIP_MEMORY, _CLIP_SECONDS = 3, 120
"""How many times the memory and the time of a photograph a clip may use: it is read whole."""

_ASK_EVERY = 0.5
"""Seconds after which a child that reads is asked again how far it is."""

Tell = Callable[[int], None]


@dataclass(frozen=True)
class Print:
    """A picture or preview made from a work, in a file of its own."""

    path: Path
    recipe: str
    format: str
    width: int
    height: int


@dataclass(frozen=True)
class Developed:
    """What was seen in a file, and what was made of it. Sizes in pixels, upright."""

    format: Format
    width: int
    height: int
    facts: Facts
    colours: list[str]
    colour_names: list[str]
    thumbhash: str
    look_hash: int
    prints: list[Print]
    film: Film


@dataclass(frozen=True)
class Cutting:
    """What was made of an original for its buyer, and how. Sizes in pixels, actions of C2PA."""

    width: int
    height: int
    format: Format
    actions: tuple[str, ...]


def develop(path: Path, folder: Path, mark: Mark, tell: Tell) -> Developed:
    """Look at a file and make its renditions in `folder`, the larger ones under `mark`.

    `tell` is called with the percents of a clip that have been read. Raises Unfit, in words for
    its photographer, when it cannot become a work; Fault when something other than the file failed.
    """
    format = format_of(path)
    task = clips.develop if format.kind is Kind.VIDEO else photos.develop
    order: dict[str, Any] = {"path": path, "folder": str(folder), "mark": mark}
    seen = _told(lambda: _run(task, format, writes=(folder,), **order), folder, tell)
    return Developed(
        format=format,
        width=int(seen["width"]),
        height=int(seen["height"]),
        facts=_facts(seen["facts"]),
        colours=[str(colour) for colour in seen["colours"]],
        colour_names=[str(name) for name in seen["colour_names"]],
        thumbhash=str(seen["thumbhash"]),
        look_hash=int(seen["look_hash"]),
        prints=[_print(made, folder) for made in seen["files"]],
        film=Film(**seen.get("film", {})),
    )


def cut(
    path: Path,
    target: Path,
    longest_side: int | None,
    facts: Facts,
    wish: Wish,
    trace: bytes = b"",
) -> Cutting:
    """Make `target` from an original: a photograph as wished in that size, a clip as it is.

    `trace` is the seed of a mark that nobody sees, for a photograph whose pixels are made anew.
    Raises Unfit or Fault as `develop`.
    """
    format = format_of(path)
    order: dict[str, Any] = {
        "path": path,
        "writes": (target.parent,),
        "target": str(target),
        "facts": facts,
    }
    if format.kind is Kind.VIDEO:
        seen = _run(clips.cut, format, **order)
    else:
        picture: dict[str, Any] = {"longest_side": longest_side, "wish": wish, "trace": trace}
        seen = _run(delivering.cut, format, **picture, **order)
    return Cutting(
        width=int(seen["width"]),
        height=int(seen["height"]),
        format=Format(seen["format"]),
        actions=tuple(str(action) for action in seen["actions"]),
    )


def encode(path: Path, target: Path, longest_side: int, tell: Tell) -> tuple[int, int]:
    """Make `target` from a clip, in H.264 and without metadata. Its size.

    `tell` is called with the percents that have been read. Raises Unfit or Fault as `develop`.
    """
    order: dict[str, Any] = {"path": path, "target": str(target), "longest_side": longest_side}
    folder = target.parent
    seen = _told(
        lambda: _run(clips.encode, format_of(path), writes=(folder,), **order), folder, tell
    )
    return int(seen["width"]), int(seen["height"])


def scale(path: Path, target: Path, width: int, wanted: str) -> tuple[int, int]:
    """Make `target` from a rendition, `width` pixels wide. Its size. Raises Unfit or Fault."""
    order: dict[str, Any] = {"target": str(target), "width": width, "wanted": wanted}
    seen = _run(sizing.scale, format_of(path), path=path, writes=(target.parent,), **order)
    return int(seen["width"]), int(seen["height"])


def bears_credentials(path: Path) -> bool:
    """Whether an original holds content credentials that can be read under limits."""
    try:
        format = format_of(path)
        return bool(
            _run(credentials.borne, format, path=path, media_type=format.media_type)["borne"]
        )
    except (Unfit, Fault):
        return False


@dataclass(frozen=True)
class Compared:
    """How alike two pictures are, and what one has more or less: for `reading_traces.scores`."""

    likeness: float
    residue: str


def compare(found: Path, original: Path) -> Compared:
    """Lay a found photograph over the original it may be made from. Raises Unfit or Fault."""
    format = format_of(found)
    if format.kind is Kind.VIDEO:
        raise Unfit("Clips carry no traces. Send a still picture.")
    seen = _run(
        reading_traces.compare,
        format,
        path=found,
        reads=(original,),
        original=str(original),
        original_format=format_of(original).value,
    )
    return Compared(likeness=float(seen["likeness"]), residue=str(seen["residue"]))


def format_of(path: Path) -> Format:
    """By content. Raises Unfit."""
    with path.open("rb") as file:
        return sniff(file.read(HEAD))


def _run(
    task: sandbox.Task,
    format: Format,
    *,
    path: Path,
    reads: tuple[Path, ...] = (),
    writes: tuple[Path, ...] = (),
    **order: Any,
) -> dict[str, Any]:
    """`task` on the file at `path`, which may see `reads` besides and change `writes`."""
    clip = format.kind is Kind.VIDEO
    return sandbox.run(
        task,
        memory=settings.DECODER_MEGABYTES * 1024 * 1024 * (_CLIP_MEMORY if clip else 1),
        seconds=settings.DECODER_SECONDS * (_CLIP_SECONDS if clip else 1),
        reads=[path, *reads],
        writes=list(writes),
        path=str(path),
        format=format.value,
        limits=_limits(),
        **order,
    )


def _told(work: Callable[[], dict[str, Any]], folder: Path, tell: Tell) -> dict[str, Any]:
    """What `work` returns. It waits in a thread, so that `tell` is called in the asker's own."""
    said = None
    with ThreadPoolExecutor(1) as pool:
        going = pool.submit(work)
        while not wait([going], timeout=_ASK_EVERY).done:
            percent = progress.read(folder)
            if percent is not None and percent != said:
                tell(percent)
                said = percent
        return going.result()


def _limits() -> Limits:
    return Limits(pixels=settings.MAX_MEGAPIXELS * 1_000_000, duration=settings.MAX_CLIP_SECONDS)


def _facts(said: dict[str, Any]) -> Facts:
    keywords = tuple(str(word) for word in said.get("keywords", ()))
    texts = {name: str(value) for name, value in said.items() if name != "keywords"}
    return cleaned(Facts(keywords=keywords, **texts))


def _print(made: dict[str, Any], folder: Path) -> Print:
    return Print(
        path=folder / Path(str(made["name"])).name,
        recipe=str(made["recipe"]),
        format=str(made["format"]),
        width=int(made["width"]),
        height=int(made["height"]),
    )
