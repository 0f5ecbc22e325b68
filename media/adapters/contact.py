"""Frames picked while a clip is read: for its contact sheet, and the one for its poster."""

from pathlib import Path

import numpy as np
from av.video.frame import VideoFrame
from PIL import Image

from media.adapters.filters import picture
from media.rules import posters
from media.rules.contact import Sheet
from media.rules.posters import LOOKED_AT, Look

_QUALITY = 72
_LOOK_WIDTH = 480
_NEARLY_BLACK, _NEARLY_WHITE = 12, 243


class ContactSheet:
    """Fills a sheet as frames come by, in order."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet, self._filled = sheet, 0
        self._picture = Image.new("RGB", sheet.size)

    def show(self, frame: VideoFrame) -> None:
        """Take `frame` where it is the first at or after a moment of the sheet."""
        late = (frame.time or 0) + self._sheet.every * 1e-6
        if self._filled < self._sheet.count and late >= self._filled * self._sheet.every:
            tile = picture(frame.reformat(self._sheet.width, self._sheet.height, "rgb24"))
            while self._filled < self._sheet.count and late >= self._filled * self._sheet.every:
                self._picture.paste(tile, self._sheet.corner(self._filled))
                self._filled += 1

    def save(self, path: Path) -> None:
        """As JPEG."""
        self._picture.save(path, "JPEG", quality=_QUALITY)


class Poster:
    """Looks at a few frames as they come by and keeps the best of them."""

    def __init__(self, seconds: float) -> None:
        self._moments = [share * seconds for share in LOOKED_AT]
        self._looks: list[Look] = []
        self.frame: VideoFrame | None = None
        self.last = 0.0
        """The moment of the last frame that came by, in seconds."""

    def look(self, frame: VideoFrame) -> None:
        """See whether `frame` is due to be looked at, and better than those before."""
        self.last = frame.time or 0.0
        due = len(self._looks)
        if due < len(self._moments) and self.last >= self._moments[due]:
            self._looks.append(_look(frame))
            if posters.best(self._looks) == due:
                self.frame = frame
        elif self.frame is None:
            self.frame = frame


def _look(frame: VideoFrame) -> Look:
    width = min(frame.width, _LOOK_WIDTH)
    height = max(3, round(frame.height * width / frame.width))
    small = frame.reformat(width, height, "gray", dst_color_range="JPEG")
    grey = small.to_ndarray().astype(np.float32)
    centre = grey[1:-1, 1:-1]
    around = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:]
    clipped = np.mean((grey <= _NEARLY_BLACK) | (grey >= _NEARLY_WHITE))
    return Look(
        sharpness=float(np.var(around - 4 * centre)),
        brightness=float(grey.mean()),
        contrast=float(grey.std()),
        clipped=float(clipped),
    )
