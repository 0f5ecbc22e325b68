"""How fast renditions are made: `python -m bench.renditions [folder of photographs]`.

The job: a photograph in; JPEG at 2048, 1024, 512 and 256 px and WebP at the two small sizes out,
sRGB, the three large ones under a tiled watermark. All contestants do it with one thread, on the
same files, in turn, six rounds after one to warm up. Then what was made is looked at. Prints JSON
lines; the last has the ratios of our time to each other's.
"""

import json
import os
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from bench.renditions.contestants import Contestant, contestants
from bench.renditions.judging import fidelity, looked_at
from bench.renditions.photographs import chosen
from bench.renditions.workers import memory, sandbox_ms, throughput

ROUNDS = int(os.environ.get("ROUNDS", "6"))


def main(folder: str) -> int:
    """Print what is measured; 1 when a contestant's files are not what the job asks for."""
    with tempfile.TemporaryDirectory() as scratch, ExitStack() as stack:
        paths = chosen(Path(folder) if folder else None, Path(scratch) / "painted")
        _say({"photographs": len(paths), "megapixels": [_megapixels(path) for path in paths]})
        racing = [stack.enter_context(entered) for entered in contestants(Path(scratch))]
        times = _race(racing, paths)
        faults = [fault for contestant in racing for fault in looked_at(contestant, paths[0])]
        for contestant in racing:
            _say({"name": contestant.name, "ms": round(times[contestant.name], 1)})
        _say({"faults": faults})
        _say({"fidelity": fidelity(paths)})
        _say({"sandbox_ms": round(sandbox_ms(), 2)})
        _say({"megabytes": memory(Path(scratch))})
        _say({"pictures_per_second": throughput(paths)})
        ours = times["ours"]
        ratios = {name: round(ours / ms, 3) for name, ms in times.items() if name != "ours"}
        _say({"ms": round(ours, 1), "ratios": ratios})
    return 1 if faults else 0


def _race(racing: list[Contestant], paths: list[Path]) -> dict[str, float]:
    """Milliseconds a picture of each: the median over the rounds of the mean over the pictures."""
    rounds: dict[str, list[float]] = {contestant.name: [] for contestant in racing}
    for at in range(ROUNDS + 1):
        taken = dict.fromkeys(rounds, 0.0)
        for path in paths:
            # Each is first and last as often as the others.
            for contestant in racing[at % len(racing) :] + racing[: at % len(racing)]:
                taken[contestant.name] += _timed(contestant, path)
        if at:
            for name, seconds in taken.items():
                rounds[name].append(seconds * 1000 / len(paths))
    return {name: statistics.median(measured) for name, measured in rounds.items()}


def _timed(contestant: Contestant, path: Path) -> float:
    contestant.prepare(path)
    began = time.perf_counter()
    contestant.make(path)
    return time.perf_counter() - began


def _megapixels(path: Path) -> float:
    from PIL import Image

    with Image.open(path) as image:
        return round(image.width * image.height / 1e6, 1)


def _say(figures: dict[str, object]) -> None:
    print(json.dumps(figures), flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
