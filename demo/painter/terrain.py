"""A landscape seen in perspective: a height field on rays from the eye, drawn near to far.

The ground is sampled on a grid of `steps` distances (geometric) by one ray per pixel column, so
that every attribute (height, light, colour) is computed once per sample and then looked up for
each pixel. World units are arbitrary; x runs right, z away from the eye, heights up.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from demo.adapters.raster import Field
from demo.painter.field import Dice, Plate, tile_noise


@dataclass(frozen=True)
class View:
    """An eye at `height` looking level: `horizon` is a part of the plate from its top."""

    plate: Plate
    height: float
    horizon: float
    near: float
    far: float
    lens: float = 1.2
    steps: int = 720

    def grid(self) -> tuple[Field, Field]:
        """x (steps, columns) and z (steps, 1) of the samples."""
        z = np.geomspace(self.near, self.far, self.steps, dtype=np.float32)[:, None]
        x, _ = self.plate.axes()
        return (x - self.plate.aspect / 2) / np.float32(self.lens) * z, z

    def below(self, rows: Field) -> Field:
        """How far under the horizon a level ray through `rows` (plate heights) points: dy/dz."""
        return np.asarray((rows - self.horizon) / self.lens, dtype=np.float32)


@dataclass(frozen=True)
class Seen:
    """What a view sees of a ground: for each pixel the sample index and how much is ground."""

    index: Field
    cover: Field

    def pick(self, attribute: Field) -> Field:
        """An attribute (steps, columns) or (steps, columns, 3) looked up for each pixel."""
        low = np.minimum(self.index.astype(np.int32), attribute.shape[0] - 2)
        part = self.index - low
        columns = np.arange(attribute.shape[1])[None, :]
        near, away = attribute[low, columns], attribute[low + 1, columns]
        if attribute.ndim == 3:
            part = part[..., None]
        return np.asarray(near + (away - near) * part, dtype=np.float32)


def look(view: View, ground: Field) -> Seen:
    """Which samples of `ground` (steps, columns of heights) each pixel of the plate shows."""
    plate = view.plate
    _, z = view.grid()
    scale = np.float32(view.lens * plate.height)
    rows = np.float32(view.horizon * plate.height) - scale * (ground - view.height) / z
    crest = np.minimum.accumulate(rows, axis=0)
    reach = np.clip(np.ceil(crest - 0.5), 0, plate.height).astype(np.int32)
    flat = reach * plate.width + np.arange(plate.width, dtype=np.int32)[None, :]
    hist = np.bincount(flat.ravel(), minlength=(plate.height + 1) * plate.width)
    hist = hist.reshape(plate.height + 1, plate.width)
    hidden = np.cumsum(hist[::-1], axis=0)[::-1][1:]
    first = np.clip(hidden, 1, view.steps - 1).astype(np.int32)
    columns = np.arange(plate.width)[None, :]
    before, after = rows[first - 1, columns], rows[first, columns]
    pixel = np.arange(plate.height, dtype=np.float32)[:, None] + 0.5
    span = np.where(np.abs(before - after) < 1e-4, 1e-4, before - after)
    part = np.clip((before - pixel) / span, 0, 1)
    cover = np.clip(pixel - crest[-1][None, :] + 0.5, 0, 1)
    return Seen((first - 1 + part).astype(np.float32), cover.astype(np.float32))


def shade(view: View, ground: Field, sun: tuple[float, float, float]) -> Field:
    """Lambert's light (steps, columns), 0..1, of `ground` under a sun at (right, up, away)."""
    x, z = view.grid()
    across = np.gradient(ground, axis=1) / np.gradient(x, axis=1)
    away = np.gradient(ground, axis=0) / np.gradient(z, axis=0)
    away -= across * x / z
    east, up, north = (np.float32(part / sum(p * p for p in sun) ** 0.5) for part in sun)
    light = (up - across * east - away * north) / np.sqrt(1 + across * across + away * away)
    return np.asarray(np.maximum(light, 0), dtype=np.float32)


def sunlit(tile: Field, sun: tuple[float, float, float], relief: float, reach: int = 40) -> Field:
    """Cast shadows on a repeating height tile: 1 in the sun, 0 in full shade, soft between.

    `relief` is a height of 1 in tile sides; `reach` steps of one part in 160 are followed.
    """
    size = tile.shape[0]
    level = float(np.hypot(sun[0], sun[2])) or 1e-6
    rise = sun[1] / level
    clear = np.full_like(tile, 10.0)
    for step in range(1, reach):
        distance = step / 160
        shift = (
            -round(sun[2] / level * distance * size),
            -round(sun[0] / level * distance * size),
        )
        blocked = (np.roll(tile, shift, axis=(0, 1)) - tile) * np.float32(relief)
        clear = np.minimum(clear, (distance * rise - blocked) / np.float32(distance))
    return np.asarray(np.clip(clear * 6 + 0.5, 0, 1), dtype=np.float32)


def eroded(dice: Dice, size: int, cells: int, octaves: int, gain: float = 0.5) -> Field:
    """A repeating height tile with smooth slopes and rough crests, about 0..1.

    Source: each octave is damped by the slope summed so far (Quilez's derivative fBm).
    """
    total = np.zeros((size, size), dtype=np.float32)
    across, down = np.zeros_like(total), np.zeros_like(total)
    weight = 1.0
    for _ in range(octaves):
        layer = tile_noise(dice, size, cells)
        unit = np.float32(size / cells)
        across += (np.roll(layer, -1, 1) - np.roll(layer, 1, 1)) * unit * np.float32(0.35 * weight)
        down += (np.roll(layer, -1, 0) - np.roll(layer, 1, 0)) * unit * np.float32(0.35 * weight)
        total += np.float32(weight) * layer / (1 + across * across + down * down)
        weight, cells = weight * gain, cells * 2
    low, high = np.percentile(total, (1, 99.5))
    return np.asarray((total - low) / (high - low), dtype=np.float32)


def creased(dice: Dice, size: int, cells: int, octaves: int, gain: float = 0.5) -> Field:
    """A repeating height tile of sharp ridges between round valleys, about 0..1."""
    total = np.zeros((size, size), dtype=np.float32)
    weight, carry = 1.0, np.ones_like(total)
    for _ in range(octaves):
        layer = (1 - np.minimum(np.abs(tile_noise(dice, size, cells)), 1)) ** 2
        total += np.float32(weight) * layer * carry
        carry = np.clip(layer * 1.4, 0, 1)
        weight, cells = weight * gain, cells * 2
    low, high = np.percentile(total, (1, 99.8))
    return np.asarray((total - low) / (high - low), dtype=np.float32)


def behind(view: View, paint: Callable[[Field, Field], Field]) -> Field:
    """The sky `paint`ed for each pixel: x across and elevation above the horizon, plate heights."""
    x, y = view.plate.axes()
    return paint(x - view.plate.aspect / 2, view.horizon - y)
