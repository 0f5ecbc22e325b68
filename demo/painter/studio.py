"""From a piece of the catalogue to the pixels of its picture."""

from collections.abc import Callable

import numpy as np

from demo.adapters.raster import Field, Pixels, enlarge
from demo.catalogue import Painter, Piece
from demo.painter.colour import develop, refine
from demo.painter.field import Plate
from demo.painter.profiles import SPACES, convert
from demo.painter.scenes import abstract, land, sea, sky, still, texture

Scene = Callable[..., Field]

SCENES: dict[str, Scene] = {
    scene.__name__: scene
    for scene in (
        land.peaks, land.dunes, land.fields, land.forest_ridges,
        sea.ocean, sea.still_water, sea.shore_from_above,
        sky.cloud_field, sky.twilight, sky.milky_way, sky.star_trails, sky.aurora,
        sky.sea_of_cloud,
        texture.wood, texture.marble, texture.sand_ripples, texture.weave, texture.rust,
        texture.crumpled, texture.ice, texture.caustics, texture.plaster,
        still.vessels, still.fruit_bowl, still.line_up, still.cairn,
        abstract.ink, abstract.flow, abstract.contours, abstract.colour_field,
        abstract.cut_paper, abstract.stained_glass, abstract.attractor, abstract.bokeh,
    )
}  # fmt: skip

# A scene is computed this much smaller than it is finished: air and water are soft, and traced
# solids cost most for each pixel.
_REDUCED = {land: 2.4, sea: 2.4, sky: 2.3, still: 3.0, texture: 2.0, abstract: 2.0}
_PARTS = {scene: part for family, part in _REDUCED.items() for scene in vars(family)}


def paint(painter: Painter, piece: Piece, scale: float = 1.0) -> Pixels:
    """The upright pixels of `piece` in its colour space; `scale` < 1 paints it smaller."""
    width, height = (round(side * scale) for side in piece.size)
    part = _PARTS[piece.scene]
    plate = Plate(round(height / part), round(width / part))
    dice = np.random.default_rng([piece.seed, len(piece.scene)])
    picture = SCENES[piece.scene](plate, dice, **piece.params)
    pixels = develop(plate, picture, painter.hand, dice)
    if piece.profile:
        pixels = convert(pixels, SPACES[piece.profile])
    return refine(enlarge(pixels, height, width), dice, painter.hand.grain * 0.6)
