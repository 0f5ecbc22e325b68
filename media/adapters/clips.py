"""Clips measured, pictured and previewed with PyAV. Runs in the sandbox's child."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from PIL import Image

from media.adapters import filters, photos, remuxing
from media.adapters.contact import ContactSheet, Poster
from media.adapters.measuring import Seen, measured
from media.adapters.progress import Progress
from media.adapters.reading import reading
from media.adapters.tracks import picture_of
from media.adapters.transcoding import Order, transcode
from media.adapters.watermark import Mark, layer
from media.rules import recipes
from media.rules.contact import CONTACT, sheet_of
from media.rules.encodings import QUALITY
from media.rules.formats import Format, Unfit
from media.rules.limits import MOST_OF_A_FRAME, Limits
from media.rules.metadata import Facts
from media.rules.recipes import GLIMPSE, PREVIEW, fitted

_DEMUXERS = {"mp4": "mov", "mov": "mov", "webm": "matroska"}
_PREVIEW_QUALITY, _GLIMPSE_QUALITY = 27, 30
_NEAR_END = 0.95
_DAMAGED = (
    "This clip is damaged or cut off, or of a rare kind that cannot be read here. "
    "Export it again as H.264 in MP4 and resend it."
)
_CUT_OFF = "This clip is cut off: its end is missing. Export it again and resend it."


def develop(*, path: str, format: str, folder: str, limits: Limits, mark: Mark) -> dict[str, Any]:
    """Make the poster, preview, glimpse and contact sheet of a clip in `folder`; say what was seen.

    Returns as `photos.develop`, with the values of a `Film` besides. The clip is read once, from
    end to end; how far that is, `progress` tells. Raises Unfit when it cannot become a work.
    """
    into = Path(folder)
    with _container(path, format) as container:
        seen = measured(container, limits)
        remuxing.check(container, Format(format))
    with _container(path, format) as container:
        poster, files = _read(container, seen, into, mark)
    printed = photos.print_all(poster, max(seen.width, seen.height), folder, mark)
    return {
        "width": seen.width,
        "height": seen.height,
        "film": asdict(seen.film),
        "facts": {},
        **printed,
        "files": [*printed["files"], *files],
    }


def encode(
    *, path: str, format: str, target: str, longest_side: int, limits: Limits
) -> dict[str, Any]:
    """Write a clip to `target` as MP4 without mark and metadata, `longest_side` pixels at most.

    How far that is, `progress` tells in the target's folder.
    """
    with _container(path, format) as container:
        seen = measured(container, limits)
    size = _even(fitted(seen.width, seen.height, longest_side))
    progress = Progress(Path(target).parent, seen.seconds)
    order = Order(
        size,
        QUALITY,
        seconds=limits.duration,
        on_read=lambda frame: progress.reached(frame.time or 0),
    )
    with _container(path, format) as container:
        transcode(container, Path(target), order)
    return {"width": size[0], "height": size[1]}


def cut(*, path: str, format: str, target: str, facts: Facts, limits: Limits) -> dict[str, Any]:
    """Write the clip's own streams to `target`, in a container of its own kind.

    Its only metadata are the title, creator and rights of `facts`, and the licence as comment.
    """
    with _container(path, format) as container:
        seen = measured(container, limits)
    with _container(path, format) as container:
        remuxing.copy(container, Path(target), Format(format), _tags(facts))
    return {
        "width": seen.width,
        "height": seen.height,
        "format": format,
        "actions": ["c2pa.edited.metadata"],
    }


@contextmanager
def _container(path: str, format: str) -> Iterator[InputContainer]:
    with (
        reading(_DAMAGED),
        av.open(
            path,
            format=_DEMUXERS[format],
            # For the decoders that look at a few frames while it opens.
            options={"max_pixels": str(MOST_OF_A_FRAME)},
            metadata_errors="replace",
        ) as container,
    ):
        yield container


def _read(
    container: InputContainer, seen: Seen, folder: Path, mark: Mark
) -> tuple[Image.Image, list[dict[str, Any]]]:
    """The poster's picture, and the files that were made while the clip was read."""
    poster, progress = Poster(seen.seconds), Progress(folder, seen.seconds)
    sheet = sheet_of(seen.width, seen.height, seen.seconds)
    contact = ContactSheet(sheet)

    def look(frame: VideoFrame) -> None:
        poster.look(frame)
        progress.reached(poster.last)

    size = _even(fitted(seen.width, seen.height, recipes.PREVIEW_LONGEST_SIDE))
    overlay = folder / "mark.png"
    layer(size, mark).save(overlay)
    preview = _file(PREVIEW, "mp4", size)
    order = Order(
        size,
        _PREVIEW_QUALITY,
        seconds=seen.seconds,
        overlay=overlay,
        on_read=look,
        on_shown=contact.show,
    )
    transcode(container, folder / preview["name"], order)
    if poster.frame is None or poster.last < seen.seconds * _NEAR_END - 1:
        raise Unfit(_CUT_OFF)
    shown = _file(CONTACT, "jpeg", sheet.size)
    contact.save(folder / shown["name"])
    glimpse = _glimpse(folder, folder / preview["name"], seen, poster.frame.time or 0)
    base = fitted(seen.width, seen.height, recipes.RECIPES[0].longest_side)
    picture = filters.still(picture_of(container), poster.frame, base, folder)
    return picture, [preview, shown, glimpse]


def _glimpse(folder: Path, preview: Path, seen: Seen, moment: float) -> dict[str, Any]:
    """A few silent seconds from the poster's `moment` on, out of the preview and so marked."""
    start = max(0.0, min(moment, seen.seconds - recipes.GLIMPSE_SECONDS))
    size = _even(fitted(seen.width, seen.height, recipes.GLIMPSE_LONGEST_SIDE))
    made = _file(GLIMPSE, "mp4", size)
    end = start + recipes.GLIMPSE_SECONDS
    order = Order(size, _GLIMPSE_QUALITY, start=start, seconds=end, silent=True)
    with av.open(str(preview), format="mov") as container:
        transcode(container, folder / made["name"], order)
    return made


def _file(recipe: str, format: str, size: tuple[int, int]) -> dict[str, Any]:
    return {
        "name": f"{recipe}.{recipes.EXTENSIONS[format]}",
        "recipe": recipe,
        "format": format,
        "width": size[0],
        "height": size[1],
    }


def _tags(facts: Facts) -> dict[str, str]:
    return {
        "title": facts.title,
        "artist": facts.creator,
        "copyright": facts.rights,
        "comment": " ".join(filter(None, (facts.licence_number, facts.licence_url))),
    }


def _even(size: tuple[int, int]) -> tuple[int, int]:
    """H.264 halves the size of its colour planes."""
    return max(2, size[0] // 2 * 2), max(2, size[1] // 2 * 2)
