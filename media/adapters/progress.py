"""How far a child is with a file, told through a file of its own: it may answer only once."""

from pathlib import Path

_NAME = "progress"


class Progress:
    """Writes whole percents into `folder`; `whole` is what counts as all, in any unit."""

    def __init__(self, folder: Path, whole: float) -> None:
        self._path, self._whole, self._said = folder / _NAME, whole, -1

    def reached(self, part: float) -> None:
        percent = max(0, min(99, int(100 * part / self._whole)))
        if percent > self._said:
            self._said = percent
            self._path.write_text(str(percent))


def read(folder: Path) -> int | None:
    """The percents last written into `folder`, 0 to 99; None before the first."""
    try:
        text = (folder / _NAME).read_text()
    except FileNotFoundError:
        return None
    return min(int(text), 99) if text.isascii() and text.isdigit() and len(text) < 4 else None
