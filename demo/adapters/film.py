"""PyAV's H.264 encoder for painted frames."""

from collections.abc import Iterable
from pathlib import Path

import av
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc

from demo.adapters.raster import Pixels

_QUALITY = {"crf": "20", "preset": "veryfast"}


def h264(path: Path, frames: Iterable[Pixels], *, rate: int, title: str) -> None:
    """Write 8-bit RGB `frames` (even sides) as an MP4 of `rate` frames a second, in BT.709."""
    with av.open(str(path), "w", format="mp4", options={"movflags": "faststart"}) as file:
        file.metadata["title"] = title
        stream = None
        for pixels in frames:
            if stream is None:
                stream = file.add_stream("libx264", rate=rate, options=_QUALITY)
                stream.height, stream.width = pixels.shape[:2]
                stream.pix_fmt = "yuv420p"
                context = stream.codec_context
                context.color_primaries, context.color_trc = ColorPrimaries.BT709, ColorTrc.BT709
                context.colorspace, context.color_range = Colorspace.ITU709, ColorRange.MPEG
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            file.mux(
                stream.encode(frame.reformat(format="yuv420p", dst_colorspace=Colorspace.ITU709))
            )
        if stream is not None:
            file.mux(stream.encode())
