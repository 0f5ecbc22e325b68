"""Whether what was made is what was asked for, and how true it is to the photograph."""

import statistics
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from bench.fidelity import psnr
from bench.renditions.contestants import Contestant
from media.adapters import photos
from media.adapters.scaling import scaled
from media.rules.recipes import EXTENSIONS, RECIPES, fitted

_LEAST_SSIM, _LEAST_SSIM_MARKED = 0.9, 0.6
_MARK_SEEN = 1.0
_BLOCK = 8


def looked_at(contestant: Contestant, path: Path) -> Iterator[str]:
    """What is wrong with the files that `contestant` makes of a photograph."""
    if not contestant.files:
        return
    contestant.make(path)
    for recipe in RECIPES:
        true = _reference(path, recipe.longest_side)
        for format in recipe.formats:
            where = f"{contestant.name}: {recipe.name}.{EXTENSIONS[format]}"
            with Image.open(contestant.folder / f"{recipe.name}.{EXTENSIONS[format]}") as made:
                if abs(made.width - true.width) + abs(made.height - true.height) > 1:
                    yield f"{where} measures {made.size}, not {true.size}"
                    continue
                if made.mode != "RGB" or {"icc_profile", "exif", "xmp"} & made.info.keys():
                    yield f"{where} is not plain sRGB"
                yield from _compared(where, made.convert("RGB"), true, recipe.marked)


def _compared(where: str, made: Image.Image, true: Image.Image, marked: bool) -> Iterator[str]:
    a, b = _grey(made), _grey(true.resize(made.size))
    likeness = ssim(a, b)
    if likeness < (_LEAST_SSIM_MARKED if marked else _LEAST_SSIM):
        yield f"{where} is not the photograph: SSIM {likeness:.3f}"
    if marked and float(np.abs(a - b).mean()) < _MARK_SEEN:
        yield f"{where} bears no watermark"


def fidelity(paths: list[Path]) -> dict[str, dict[str, float]]:
    """PSNR in dB, before the watermark, against a full decode and one step of Pillow's Lanczos."""
    found: dict[int, list[float]] = {recipe.longest_side: [] for recipe in RECIPES}
    for path in paths:
        with Image.open(path) as image:
            picture = photos.at_most(image, RECIPES[0].longest_side)
        for side, measured in found.items():
            picture = scaled(picture, fitted(*picture.size, side))
            true = _whole(path).resize(picture.size, Image.Resampling.LANCZOS)
            measured.append(psnr(picture, true))
    return {
        str(side): {"median": round(statistics.median(db), 1), "worst": round(min(db), 1)}
        for side, db in found.items()
    }


def _whole(path: Path) -> Image.Image:
    with Image.open(path) as image:
        return photos.at_most(image, max(image.size), exact=True)


def _reference(path: Path, side: int) -> Image.Image:
    whole = _whole(path)
    return whole.resize(fitted(*whole.size, side), Image.Resampling.LANCZOS)


def ssim(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Mean structural similarity of grey pictures over blocks of 8 x 8 (Wang et al., 2004)."""
    a, b = _blocks(a), _blocks(b)
    steady, contrast = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    mean_a, mean_b = a.mean(axis=1), b.mean(axis=1)
    shared = ((a - mean_a[:, None]) * (b - mean_b[:, None])).mean(axis=1)
    over = (2 * mean_a * mean_b + steady) * (2 * shared + contrast)
    under = (mean_a**2 + mean_b**2 + steady) * (a.var(axis=1) + b.var(axis=1) + contrast)
    return float((over / under).mean())


def _grey(image: Image.Image) -> NDArray[np.float64]:
    return np.asarray(image.convert("L"), dtype=np.float64)


def _blocks(grey: NDArray[np.float64]) -> NDArray[np.float64]:
    height, width = (side // _BLOCK * _BLOCK for side in grey.shape)
    tiles = grey[:height, :width].reshape(height // _BLOCK, _BLOCK, width // _BLOCK, _BLOCK)
    return tiles.transpose(0, 2, 1, 3).reshape(-1, _BLOCK * _BLOCK)
