"""However long a clip is, reading and cutting it takes the same memory."""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from media.adapters import clips
from media.adapters.watermark import Mark
from media.rules.limits import Limits
from media.rules.metadata import Facts
from tests.media import files

LIMITS = Limits(pixels=1_000_000, duration=600)
SIZE = (640, 384)
SHORT, LONG = 20, 100
SLACK_MB = 40
"""Of the 295 that the frames take which the long clip has and the short one has not."""


def develop(path: Path, folder: Path) -> int:
    """The most memory, in megabytes, that a fresh process had that read the clip."""
    clips.develop(
        path=str(path), format="mp4", folder=str(folder), limits=LIMITS, mark=Mark("coop", 28)
    )
    return _peak()


def encode(path: Path, folder: Path) -> int:
    """The same of one that made a smaller clip of it."""
    target = str(folder / "encoded")
    clips.encode(path=str(path), format="mp4", target=target, longest_side=320, limits=LIMITS)
    return _peak()


def copy(path: Path, folder: Path) -> int:
    """The same of one that packed its own frames anew."""
    target = str(folder / "copy")
    clips.cut(path=str(path), format="mp4", target=target, facts=Facts(), limits=LIMITS)
    return _peak()


@pytest.mark.parametrize("work", [develop, encode, copy])
def test_memory_does_not_grow_with_the_length(
    work: Callable[[Path, Path], int], tmp_path: Path
) -> None:
    short, long = (_in_a_process(work, seconds, tmp_path) for seconds in (SHORT, LONG))
    assert long < short + SLACK_MB


def _in_a_process(work: Callable[[Path, Path], int], seconds: int, folder: Path) -> int:
    path = folder / f"{seconds}.mp4"
    files.clip(path, seconds=seconds, size=SIZE, sound=True)
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(work, path, folder).result()


def _peak() -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) // 1024
