"""Frames as they shall be seen: upright, in the size asked for, in the colours of usual screens."""

from fractions import Fraction
from pathlib import Path

from av.filter import Graph
from av.filter.context import FilterContext
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image

from media.rules import tone
from media.rules.film import is_hdr, matrix_of

Step = tuple[str, str]
"""A filter of FFmpeg by its name, and its arguments."""

_THREADS = 2
_TURNS: dict[int, list[Step]] = {
    90: [("transpose", "cclock")],
    -90: [("transpose", "clock")],
    180: [("hflip", ""), ("vflip", "")],
    -180: [("hflip", ""), ("vflip", "")],
}
_UNSPECIFIED = 2
"""Of matrices. Source: ITU-T H.273."""

_BT709 = "out_color_matrix=bt709:out_range=limited"


def upright(frame: VideoFrame, size: tuple[int, int], folder: Path) -> list[Step]:
    """The steps from frames like `frame` to `size` pixels, upright, in BT.709.

    What takes long comes after scaling, when there is less of it. A table for the colours may be
    put into `folder`.
    """
    across, down = reversed(size) if frame.rotation % 180 else size
    scale = f"{across}:{down}:flags=bicubic{_matrix(frame)}"
    turns = _TURNS.get(frame.rotation, [])
    if is_hdr(frame.color_trc):
        return [("scale", scale), *_dimmed(frame.color_trc, folder), *turns]
    return [("scale", f"{scale}:{_BT709}"), *turns]


def _matrix(frame: VideoFrame) -> str:
    """What FFmpeg has to be told, which takes BT.601 for meant where none is named."""
    if frame.colorspace != _UNSPECIFIED or frame.format.is_rgb:
        return ""
    return f":in_color_matrix={matrix_of(frame.color_trc, frame.width, frame.height)}"


def _dimmed(transfer: int, folder: Path) -> list[Step]:
    """High dynamic range brought to that of usual screens, by a table."""
    table = folder / f"tone-{transfer}.cube"
    if not table.exists():
        table.write_text("\n".join(tone.cube(transfer)))
    return [("format", "gbrp10le"), ("lut3d", str(table)), ("scale", _BT709)]


def graph(
    source: VideoStream,
    steps: list[Step],
    format: str,
    *,
    overlay: Path | None = None,
    rate: Fraction | None = None,
) -> Graph:
    """The `steps` over frames of `source`, under the PNG `overlay`, as pixels of `format`.

    With a `rate`, so many frames a second, evenly, from 0 on. They are repeated last, when that
    costs nothing: a clip may show one of them for minutes.
    """
    made = Graph()
    made.threads = _THREADS
    node = _chained(made, made.add_buffer(template=source, time_base=source.time_base), steps)
    if overlay:
        over = made.add("overlay", "0:0")
        node.link_to(over, 0, 0)
        made.add("movie", str(overlay)).link_to(over, 0, 1)
        node = over
    last = [("format", format), *([("fps", f"{rate}:start_time=0")] if rate else [])]
    _chained(made, node, last).link_to(made.add("buffersink"))
    made.configure()
    return made


def _chained(graph: Graph, node: FilterContext, steps: list[Step]) -> FilterContext:
    """The last of the `steps` after `node`."""
    for name, arguments in steps:
        following = graph.add(name, arguments) if arguments else graph.add(name)
        node.link_to(following)
        node = following
    return node


def still(
    source: VideoStream, frame: VideoFrame, size: tuple[int, int], folder: Path
) -> Image.Image:
    """`frame` of `source` as a picture of `size` pixels, upright."""
    single = graph(source, upright(frame, size, folder), "rgb24")
    single.vpush(frame)
    single.vpush(None)
    return picture(single.vpull())


def picture(frame: VideoFrame) -> Image.Image:
    """`frame` as it is."""
    made: Image.Image = frame.to_image()  # type: ignore[no-untyped-call]  # PyAV's is untyped
    return made
