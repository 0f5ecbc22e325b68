"""How fast clips are encoded, and in how much memory: `python -m bench.clips [seconds]`.

A clip of 4K at 25 frames a second, 30 seconds long, is made anew at 720p under the watermark: by
us, and by the ffmpeg command line with the same filters, codec, preset, quality and threads, in
turn, now one of us first and now the other. Then a clip of 30 seconds and one of `seconds`, 600
unless told, are read whole, as when they are sent in. Prints a line of JSON for each; a ratio above
1 means that we are faster. Each run is a process of its own, so that its peak of memory is its own.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any

import av

from bench.footage import clip_of
from media.adapters import clips, transcoding
from media.adapters.transcoding import Order
from media.adapters.watermark import Mark, layer
from media.rules.limits import Limits

_SIZE, _QUALITY, _ROUNDS = (1280, 720), 27, 7
_SHORT = 30
_LIMITS = Limits(pixels=250_000_000, duration=36_000)
_MARK = Mark("stockcoop", 28)
_FILTERS = (
    "[0:v]scale=1280:720:flags=bicubic"
    ":in_color_matrix=bt709:out_color_matrix=bt709:out_range=limited[a];"
    "[a][1:v]overlay=0:0,format=yuv420p,fps=25[v]"
)


def main(seconds: int) -> None:
    """Make the clips, compare, measure, print."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        layer(_SIZE, _MARK).save(folder / "mark.png")
        with _process() as pool:
            short, long = (pool.submit(clip_of, s, folder).result() for s in (_SHORT, seconds))
        _compare(short, folder)
        for path in (short, long):
            print(json.dumps({"what": "read whole", **_alone(_develop, path, folder)}), flush=True)


def _compare(path: Path, folder: Path) -> None:
    runs: dict[str, list[dict[str, Any]]] = {"ours": [], "ffmpeg": []}
    rivals = [("ours", _ours), ("ffmpeg", _ffmpeg)]
    for _ in range(_ROUNDS):
        for name, encode in rivals:
            runs[name].append(_alone(encode, path, folder))
        rivals.reverse()
    for what, pick in (("best", min), ("median", median)):
        told = {
            name: {key: pick(run[key] for run in each) for key in each[0]}
            for name, each in runs.items()
        }
        for name, run in told.items():
            print(json.dumps({"what": f"encode, {name}, {what} of {_ROUNDS}", **run}), flush=True)
        ratios = {
            key: round(told["ffmpeg"][key] / told["ours"][key], 3) for key in ("wall_s", "cpu_s")
        }
        print(json.dumps({"what": f"ratio, ffmpeg / ours, {what}", **ratios}), flush=True)


def _alone(work: Callable[[Path, Path], int], path: Path, folder: Path) -> dict[str, Any]:
    """`work` in a fresh process: seconds, and the most memory that it had."""
    with _process() as pool:
        return {"clip_s": int(path.stem), **pool.submit(_measured, work, path, folder).result()}


def _process() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, get_context("spawn"))


def _measured(work: Callable[[Path, Path], int], path: Path, folder: Path) -> dict[str, Any]:
    start, before = time.perf_counter(), _cpu()
    peak = work(path, folder)
    return {
        "wall_s": round(time.perf_counter() - start, 2),
        "cpu_s": round(_cpu() - before, 2),
        "peak_rss_mb": peak,
    }


def _own_peak() -> int:
    """Megabytes. Not by getrusage, which counts what this process was before it became itself."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) // 1024


def _cpu() -> float:
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def _ours(path: Path, folder: Path) -> int:
    order = Order(_SIZE, _QUALITY, seconds=_LIMITS.duration, overlay=folder / "mark.png")
    with av.open(str(path)) as source:
        transcoding.transcode(source, folder / "ours.mp4", order)
    return _own_peak()


def _ffmpeg(path: Path, folder: Path) -> int:
    from imageio_ffmpeg import get_ffmpeg_exe

    threads = str(transcoding.THREADS)
    inputs = ["-threads", threads, "-i", str(path), "-i", str(folder / "mark.png")]
    filters = ["-filter_complex_threads", threads, "-filter_complex", _FILTERS, "-map", "[v]"]
    film = ["-c:v", "libx264", "-preset", "veryfast", "-crf", str(_QUALITY), "-threads", threads]
    sound = ["-map", "0:a", "-c:a", "aac", "-b:a", "128k", "-ar", "48000", "-ac", "2"]
    out = ["-movflags", "+faststart", "-fflags", "+bitexact", str(folder / "ffmpeg.mp4")]
    command = [get_ffmpeg_exe(), "-y", "-v", "error", *inputs, *filters, *film, *sound, *out]
    subprocess.run(command, check=True)  # noqa: S603 (our own words)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024


def _develop(path: Path, folder: Path) -> int:
    into = folder / f"read-{path.stem}"
    into.mkdir(exist_ok=True)
    clips.develop(path=str(path), format="mp4", folder=str(into), limits=_LIMITS, mark=_MARK)
    return _own_peak()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 600)
