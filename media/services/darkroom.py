"""Strangers' files opened under the co-op's limits, as our own values."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from media.adapters import clips, credentials, delivering, photos, sandbox, scaling
from media.adapters.sandbox import Fault
from media.adapters.watermark import Mark
from media.rules.formats import HEAD, Format, Unfit, sniff
from media.rules.kinds import Kind
from media.rules.limits import Limits
from media.rules.metadata import Facts, cleaned
from media.rules.wishes import Wish

__all__ = ["Cutting", "Developed", "Fault", "Print", "bears_credentials", "cut", "develop", "scale"]

_CLIP_MEMORY, _CLIP_SECONDS = 3, 20
"""How many times the memory and the time of a photograph a clip may use."""


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
    prints: list[Print]
    duration: float | None
    frame_rate: float | None
    codec: str


@dataclass(frozen=True)
class Cutting:
    """What was made of an original for its buyer, and how. Sizes in pixels, actions of C2PA."""

    width: int
    height: int
    format: Format
    actions: tuple[str, ...]


def develop(path: Path, folder: Path) -> Developed:
    """Look at a file and make its renditions in `folder`.

    Raises Unfit, in words for its photographer, when it cannot become a work; Fault when
    something other than the file failed.
    """
    format = format_of(path)
    task = clips.develop if format.kind is Kind.VIDEO else photos.develop
    mark = Mark(settings.WATERMARK_TEXT, settings.WATERMARK_OPACITY)
    seen = _run(task, format, path=path, folder=str(folder), mark=mark)
    return Developed(
        format=format,
        width=int(seen["width"]),
        height=int(seen["height"]),
        facts=_facts(seen["facts"]),
        colours=[str(colour) for colour in seen["colours"]],
        colour_names=[str(name) for name in seen["colour_names"]],
        thumbhash=str(seen["thumbhash"]),
        prints=[_print(made, folder) for made in seen["files"]],
        duration=seen.get("duration"),
        frame_rate=seen.get("frame_rate"),
        codec=str(seen.get("codec", "")),
    )


def cut(path: Path, target: Path, longest_side: int | None, facts: Facts, wish: Wish) -> Cutting:
    """Make `target` from an original: a photograph as wished, a clip as MP4 of that size.

    A clip needs a `longest_side`. Raises Unfit or Fault as `develop`.
    """
    format = format_of(path)
    order: dict[str, Any] = {"target": str(target), "longest_side": longest_side, "facts": facts}
    if format.kind is Kind.VIDEO:
        seen = _run(clips.cut, format, path=path, **order)
        seen |= {"format": Format.MP4, "actions": ["c2pa.resized", "c2pa.transcoded"]}
    else:
        seen = _run(delivering.cut, format, path=path, wish=wish, **order)
    return Cutting(
        width=int(seen["width"]),
        height=int(seen["height"]),
        format=Format(seen["format"]),
        actions=tuple(str(action) for action in seen["actions"]),
    )


def scale(path: Path, target: Path, width: int, wanted: str) -> tuple[int, int]:
    """Make `target` from a rendition, `width` pixels wide. Its size. Raises Unfit or Fault."""
    order = {"target": str(target), "width": width, "wanted": wanted}
    seen = _run(scaling.scale, format_of(path), path=path, **order)
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


def format_of(path: Path) -> Format:
    """By content. Raises Unfit."""
    with path.open("rb") as file:
        return sniff(file.read(HEAD))


def _run(task: sandbox.Task, format: Format, *, path: Path, **order: Any) -> dict[str, Any]:
    clip = format.kind is Kind.VIDEO
    return sandbox.run(
        task,
        memory=settings.DECODER_MEGABYTES * 1024 * 1024 * (_CLIP_MEMORY if clip else 1),
        seconds=settings.DECODER_SECONDS * (_CLIP_SECONDS if clip else 1),
        path=str(path),
        format=format.value,
        limits=_limits(),
        **order,
    )


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
