"""What both ways of libvips share. One thread, so that it is compared with one of ours."""

import os
from functools import cache
from pathlib import Path

os.environ.setdefault("VIPS_CONCURRENCY", "1")

import pyvips  # it reads the environment when it is imported

from media.adapters import watermark
from media.adapters.watermark import Mark
from media.rules.recipes import RECIPES, Recipe

pyvips.cache_set_max(0)


@cache
def overlays(mark: Mark) -> dict[int, pyvips.Image]:
    """The mark as a picture of its own for each size that bears it, made once."""
    laid = {}
    for recipe in RECIPES:
        if recipe.marked:
            side = recipe.longest_side
            layer = watermark.layer((side, side), mark)
            laid[side] = pyvips.Image.new_from_memory(layer.tobytes(), side, side, 4, "uchar").copy(
                interpretation="srgb"
            )
    return laid


def write(
    picture: pyvips.Image, folder: Path, recipe: Recipe, laid: dict[int, pyvips.Image]
) -> None:
    """The files of one size."""
    shown = picture
    if recipe.marked:
        layer = laid[recipe.longest_side].crop(0, 0, picture.width, picture.height)
        shown = picture.composite2(layer, "over").flatten()
    if len(recipe.formats) > 1:
        shown = shown.copy_memory()
    for format in recipe.formats:
        if format == "jpeg":
            shown.jpegsave(str(folder / f"{recipe.name}.jpg"), Q=82, keep="none")
        else:
            shown.webpsave(str(folder / f"{recipe.name}.webp"), Q=80, effort=2, keep="none")
