"""How well invisible marks are found, how often one is found that is not there, what both cost.

`make bench-tracing PHOTOS=folder` prints one JSON object a line. Without a folder the pictures are
those that the demo paints. Originals are 2048 pixels long at most, deliveries 1024. What a mark
must outlive is tried on every picture, what else may happen to one on every fourth.
"""

import io
import json
import math
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image, ImageEnhance, ImageFilter, ImageOps, UnidentifiedImageError

from bench.fidelity import psnr
from demo.catalogue import painters
from demo.painter.studio import paint
from media.adapters import aligning, reading_traces
from media.adapters.tracing import Chips, embedded
from media.adapters.watermark import Mark, marked
from media.rules import tracing

Harm = Callable[[Image.Image], Image.Image]

_KEY = b"the key of this bench, nobody's."
_WRONG_KEYS = 500
_ORIGINAL, _DELIVERY = 2048, 1024
_SMALLEST = 500
_ROUNDS = 15
_PROMISED = ("half, then JPEG 60", "JPEG 60, then half")
_EACH = 4
_COSTS = ((1024, 683), (2048, 1365), (6000, 4000))


def _jpeg(image: Image.Image, quality: int) -> Image.Image:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return Image.open(out).convert("RGB")


def _scaled(image: Image.Image, share: float) -> Image.Image:
    size = max(1, round(image.width * share)), max(1, round(image.height * share))
    return image.resize(size, Image.Resampling.LANCZOS)


def _cropped(image: Image.Image, part: float) -> Image.Image:
    """That part of each side, not from the middle."""
    x, y = (side * (1 - part) for side in image.size)
    box = (x * 0.3, y * 0.6, image.width - x * 0.7, image.height - y * 0.4)
    return image.crop(tuple(round(edge) for edge in box))  # type: ignore[arg-type]


def _turned(image: Image.Image) -> Image.Image:
    return _cropped(image.rotate(1.5, Image.Resampling.BICUBIC), 0.9)


def _lighter(image: Image.Image) -> Image.Image:
    return ImageEnhance.Brightness(ImageEnhance.Contrast(image).enhance(1.2)).enhance(1.15)


HARMS: dict[str, Harm] = {
    "none": lambda image: image,
    "JPEG 60": lambda image: _jpeg(image, 60),
    "half": lambda image: _scaled(image, 0.5),
    "half, then JPEG 60": lambda image: _jpeg(_scaled(image, 0.5), 60),
    "JPEG 60, then half": lambda image: _scaled(_jpeg(image, 60), 0.5),
    "quarter, then JPEG 60": lambda image: _jpeg(_scaled(image, 0.25), 60),
    "JPEG 30": lambda image: _jpeg(image, 30),
    "cropped to 80 %, JPEG 75": lambda image: _jpeg(_cropped(image, 0.8), 75),
    "cropped to 50 %, JPEG 60": lambda image: _jpeg(_cropped(image, 0.5), 60),
    "cropped to 30 %, JPEG 75": lambda image: _jpeg(_cropped(image, 0.3), 75),
    "cropped to 70 %, half, JPEG 60": lambda image: _jpeg(_scaled(_cropped(image, 0.7), 0.5), 60),
    "mirrored, JPEG 75": lambda image: _jpeg(ImageOps.mirror(image), 75),
    "turned by 1.5 degrees, JPEG 75": lambda image: _jpeg(_turned(image), 75),
    "lighter, more contrast, JPEG 75": lambda image: _jpeg(_lighter(image), 75),
    "blurred by 1.5 pixels, JPEG 75": lambda image: _jpeg(
        image.filter(ImageFilter.GaussianBlur(1.5)), 75
    ),
}
"""What becomes of a delivery. A comp is the same under the visible mark, too."""


def main(folder: Path | None) -> None:
    """Print the figures."""
    scores: dict[str, list[float]] = {}
    unmarked: dict[str, list[float]] = {}
    ratios, small = [], 0
    for number, picture in enumerate(_of_folder(folder) if folder else _painted()):
        print(number, end=" ", file=sys.stderr, flush=True)
        if max(picture.size) < _SMALLEST:
            small += 1
            continue
        ours, file = _at_most(picture, _DELIVERY), _at_most(picture, _DELIVERY)
        seed = tracing.seed(number, _KEY)
        carrying = embedded(file.copy(), seed)
        ratios.append(round(psnr(file, carrying), 1))
        for harm, found in _found(file, carrying, seed, promised=len(ratios) % _EACH != 0):
            scores.setdefault(harm, []).append(reading_traces.score(_residue(found, ours), seed))
        residue = _residue(HARMS[_PROMISED[0]](_jpeg(file, 95)), ours)
        wrong = (tracing.seed(key, b"wrong") for key in range(_WRONG_KEYS))
        unmarked.setdefault(_PROMISED[0], []).extend(
            reading_traces.score(residue, s) for s in wrong
        )
    _say(figure="pictures", measured=len(ratios), left_out_below_500_pixels=small)
    _say(figure="PSNR in dB", least=min(ratios), median=statistics.median(ratios))
    _tell_found(scores)
    _tell_false(unmarked)
    _tell_costs()


def _tell_found(scores: dict[str, list[float]]) -> None:
    for harm, all_scores in scores.items():
        found = sum(tracing.is_found(score, 1) for score in all_scores)
        percent = round(100 * found / len(all_scores), 1)
        _say(figure="found", after=harm, found=found, of=len(all_scores), percent=percent,
             least_score=round(min(all_scores), 1))  # fmt: skip


def _tell_false(unmarked: dict[str, list[float]]) -> None:
    """Chips of a wrong key are tosses of a coin, so each key is a trial of its own."""
    needed = math.sqrt(2 * math.log(tracing.FOUND_FROM))
    for harm, scores in unmarked.items():
        false = sum(tracing.is_found(score, 1) for score in scores)
        _say(figure="false", after=harm, trials=len(scores), false=false,
             highest_score=round(max(scores), 2), needed_score=round(needed, 2),
             deviation=round(statistics.pstdev(scores), 3),
             bound=1 / tracing.FOUND_FROM)  # fmt: skip


def _tell_costs() -> None:
    dice = np.random.default_rng(1)
    small = Image.fromarray(dice.integers(0, 255, (200, 300, 3), np.uint8))
    seed = tracing.seed(1, _KEY)
    for size in _COSTS:
        picture = small.resize(size, Image.Resampling.BICUBIC)
        times = _times(partial(embedded, picture, seed))
        _say(figure="embedding in ms", size=size, **times)
    comps = [small.resize((side, side * 2 // 3)) for side in (2048, 1024, 512)]
    mark = Mark("stockcoop", 28, seed="a work")
    times = _times(lambda: [marked(comp, mark) for comp in comps])
    _say(figure="visible mark in ms", sizes=[2048, 1024, 512], **times)


def _times(act: Callable[[], object]) -> dict[str, float]:
    """Processor time: the least and the median of several rounds; the first is `cold`."""
    times = []
    for _ in range(_ROUNDS + 1):
        start = time.thread_time()
        act()
        times.append((time.thread_time() - start) * 1000)
    cold, *warm = (round(each, 1) for each in times)
    return {"least": min(warm), "median": statistics.median(warm), "cold": cold}


def _found(
    file: Image.Image, carrying: Image.Image, seed: bytes, *, promised: bool
) -> Iterator[tuple[str, Image.Image]]:
    delivered = _jpeg(carrying, 95)
    for name in _PROMISED if promised else HARMS:
        yield name, HARMS[name](delivered)
    if promised:
        return
    comp = marked(file, Mark("stockcoop", 28, seed="a work", trace=seed))
    yield "comp, half, then JPEG 60", _jpeg(_scaled(_jpeg(comp, 82), 0.5), 60)


def _residue(found: Image.Image, ours: Image.Image) -> Chips:
    return reading_traces.residue(aligning.overlaid(found, ours), ours)


def _painted() -> Iterator[Image.Image]:
    for painter in painters():
        for piece in painter.pieces:
            yield Image.fromarray(paint(painter, piece, 0.3))


def _of_folder(folder: Path) -> Iterator[Image.Image]:
    for path in sorted(folder.iterdir()):
        try:
            image = Image.open(path)
            image.draft("RGB", (_ORIGINAL, _ORIGINAL))
            yield image.convert("RGB")
        except (UnidentifiedImageError, OSError):
            continue


def _at_most(image: Image.Image, side: int) -> Image.Image:
    return image if max(image.size) <= side else _scaled(image, side / max(image.size))


def _say(**figures: object) -> None:
    print(json.dumps(figures), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] and sys.argv[1] else None)
