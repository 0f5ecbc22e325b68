"""What a worker costs: its memory, the sandbox around it, and what a second one brings."""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from bench.renditions.contestants import LIMITS, MARK
from media.adapters import photos, sandbox

_MEMORY = 640 * 1024 * 1024
_TIMES = 40
_SIDES = {"24": (6000, 4000), "100": (11600, 8620)}
_WORKER = "import sys; from bench.renditions.workers import worker; worker(sys.argv[1:])"


def nothing() -> dict[str, Any]:
    """The least that a child can do."""
    return {}


def sandbox_ms() -> float:
    """What it takes to have nothing done by a child, in milliseconds, the server running."""
    taken = []
    for _ in range(_TIMES + 1):
        began = time.perf_counter()
        sandbox.run(nothing, memory=_MEMORY, seconds=30)
        taken.append(time.perf_counter() - began)
    return statistics.median(taken[1:]) * 1000


def memory(folder: Path) -> dict[str, int]:
    """The most memory, in MB, of a child that develops one picture of so many megapixels.

    Each in two kinds: a "calm" one, and noise, which is "sharp" and so decoded at twice the scale.
    """
    made: dict[str, int] = {}
    for name, size in _SIDES.items():
        made[f"{name} MP, calm"] = _peak(_gradient(folder, size))
        made[f"{name} MP, sharp"] = _peak(_noise(folder, size))
    return made


def throughput(paths: list[Path]) -> dict[str, float]:
    """Pictures a second by one process and by two, each with the sandbox, and their ratio."""
    one, two = (statistics.median(_rate(paths, workers) for _ in range(3)) for workers in (1, 2))
    return {"one": round(one, 2), "two": round(two, 2), "ratio": round(two / one, 2)}


def worker(paths: list[str]) -> None:
    """Develop each path in the sandbox after a line on standard input; print the seconds."""
    with tempfile.TemporaryDirectory() as folder:
        _developed(paths[0], folder)
        print("ready", flush=True)
        input()
        began = time.monotonic()
        for path in paths:
            _developed(path, folder)
        print(began, time.monotonic(), flush=True)


def _developed(path: str, folder: str) -> None:
    sandbox.run(
        photos.develop,
        memory=_MEMORY,
        seconds=30,
        reads=[Path(path)],
        writes=[Path(folder)],
        path=path,
        format="jpeg",
        folder=folder,
        limits=LIMITS,
        mark=MARK,
    )


def _rate(paths: list[Path], workers: int) -> float:
    running = [_started(paths) for _ in range(workers)]
    for process in running:
        _line(process)
    for process in running:
        assert process.stdin is not None
        print(file=process.stdin, flush=True)
    spans = [tuple(map(float, _line(process).split())) for process in running]
    for process in running:
        process.communicate(timeout=60)
    return workers * len(paths) / (max(end for _, end in spans) - min(begin for begin, _ in spans))


def _started(paths: list[Path]) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603  # this Python, code of our own
        [sys.executable, "-c", _WORKER, *map(str, paths)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def _noise(folder: Path, size: tuple[int, int]) -> Path:
    """A photograph as demanding as they come: noise through which large shapes show."""
    path = folder / f"{size[0]}.jpg"
    tile = np.random.default_rng(size[0]).integers(0, 256, (1000, 1000, 3), dtype=np.uint8)
    picture = Image.new("RGB", size)
    for left in range(0, size[0], 1000):
        for top in range(0, size[1], 1000):
            picture.paste(Image.fromarray(tile), (left, top))
    picture.save(path, quality=90)
    return path


def _gradient(folder: Path, size: tuple[int, int]) -> Path:
    """Soft transitions, as of a sky."""
    path = folder / f"{size[0]}-calm.jpg"
    Image.linear_gradient("L").resize(size, Image.Resampling.BILINEAR).convert("RGB").save(path)
    return path


def _peak(path: Path) -> int:
    with sandbox.observed() as spent, tempfile.TemporaryDirectory() as folder:
        _developed(str(path), folder)
    return round(spent[0].kilobytes / 1024)
