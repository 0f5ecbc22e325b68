"""Scalar fields: coordinates, noise, blur, sampling. A field is float32, rows by columns."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from demo.adapters.raster import Field, resize, shrink

Dice = np.random.Generator


@dataclass(frozen=True)
class Plate:
    """The surface a scene is painted on, in pixels."""

    height: int
    width: int

    @property
    def aspect(self) -> float:
        return self.width / self.height

    def axes(self) -> tuple[Field, Field]:
        """x (1, width) and y (height, 1) from the top left, in units of the plate's height."""
        x = (np.arange(self.width, dtype=np.float32) + 0.5) / self.height
        y = (np.arange(self.height, dtype=np.float32) + 0.5) / self.height
        return x[None, :], y[:, None]

    def noise(self, dice: Dice, cells: float, stretch: float = 1.0) -> Field:
        """Smooth noise, deviation about 0.6: `cells` per plate height, `stretch` times as wide."""
        down = max(cells, 0.5)
        across = max(cells * self.aspect / stretch, 0.5)
        grid = dice.standard_normal((int(down) + 5, int(across) + 5), dtype=np.float32)
        return resize(grid, self.height, self.width, (1.5, 1.5, 1.5 + across, 1.5 + down))

    def fbm(
        self,
        dice: Dice,
        cells: float,
        octaves: int = 6,
        gain: float = 0.5,
        stretch: float = 1.0,
    ) -> Field:
        """Octaves of `noise`, each twice as fine and `gain` as strong; deviation about 0.6."""
        total = np.zeros((self.height, self.width), dtype=np.float32)
        weight, power = 1.0, 0.0
        for _ in range(octaves):
            if power and cells > self.height * 0.7:
                break
            total += weight * self.noise(dice, cells, stretch)
            power += weight * weight
            cells, weight = cells * 2.03, weight * gain
        return total / np.float32(power**0.5)

    def contour(self, dice: Dice, cells: float, octaves: int = 5, gain: float = 0.5) -> Field:
        """`fbm` along one line across the plate: (columns,)."""
        total = np.zeros(self.width, dtype=np.float32)
        weight, power = 1.0, 0.0
        for _ in range(octaves):
            across = max(cells * self.aspect, 0.5)
            grid = dice.standard_normal((4, int(across) + 5), dtype=np.float32)
            total += weight * resize(grid, 1, self.width, (1.5, 1.5, 1.5 + across, 2.5))[0]
            power += weight * weight
            cells, weight = cells * 2.03, weight * gain
        return total / np.float32(power**0.5)

    def ridges(self, dice: Dice, cells: float, octaves: int = 6, gain: float = 0.5) -> Field:
        """Creased noise in about 0..1, high along thin lines."""
        total = np.zeros((self.height, self.width), dtype=np.float32)
        weight, power = 1.0, 0.0
        for _ in range(octaves):
            if power and cells > self.height * 0.7:
                break
            total += weight * np.exp(-2.2 * np.abs(self.noise(dice, cells)))
            power += weight
            cells, weight = cells * 2.07, weight * gain
        return total / np.float32(power)


def tile_noise(dice: Dice, size: int, cells: int) -> Field:
    """Noise that repeats: a size x size field of `cells` by `cells` lattice points."""
    grid = np.pad(dice.standard_normal((cells, cells), dtype=np.float32), 3, mode="wrap")
    return resize(grid, size, size, (3, 3, 3 + cells, 3 + cells))


def tile_fbm(dice: Dice, size: int, cells: int, octaves: int, gain: float = 0.5) -> Field:
    """Repeating octaves of noise, deviation about 0.6."""
    total = np.zeros((size, size), dtype=np.float32)
    weight, power = 1.0, 0.0
    for _ in range(octaves):
        if cells > size // 2:
            break
        total += weight * tile_noise(dice, size, cells)
        power += weight * weight
        cells, weight = cells * 2, weight * gain
    return total / np.float32(power**0.5)


def sample(tile: Field, u: Field, v: Field) -> Field:
    """Bilinear lookup in a repeating square tile whose side is a power of two; u, v in tiles."""
    size = tile.shape[0]
    x, y = u * np.float32(size), v * np.float32(size)
    floor_x, floor_y = np.floor(x), np.floor(y)
    fx, fy = x - floor_x, y - floor_y
    left = floor_x.astype(np.int32) & (size - 1)
    top = floor_y.astype(np.int32) & (size - 1)
    right, low = (left + 1) & (size - 1), ((top + 1) & (size - 1)) * size
    top *= size
    flat = tile.ravel()
    upper = flat[top + left] * (1 - fx) + flat[top + right] * fx
    lower = flat[low + left] * (1 - fx) + flat[low + right] * fx
    return np.asarray(upper + (lower - upper) * fy, dtype=np.float32)


def warp(field: Field, dx: Field, dy: Field) -> Field:
    """`field` looked up at each pixel plus (dx, dy) pixels, bilinear, edges mirrored."""
    rows, columns = field.shape
    x = np.abs(np.arange(columns, dtype=np.float32)[None, :] + dx)
    y = np.abs(np.arange(rows, dtype=np.float32)[:, None] + dy)
    x = (columns - 1.001) - np.abs((columns - 1.001) - x)
    y = (rows - 1.001) - np.abs((rows - 1.001) - y)
    x, y = np.clip(x, 0, columns - 1.001), np.clip(y, 0, rows - 1.001)
    left, top = x.astype(np.int32), y.astype(np.int32)
    fx, fy = x - left, y - top
    flat, start = field.ravel(), top * columns + left
    upper = flat[start] * (1 - fx) + flat[start + 1] * fx
    lower = flat[start + columns] * (1 - fx) + flat[start + columns + 1] * fx
    return np.asarray(upper + (lower - upper) * fy, dtype=np.float32)


def blur(field: Field, radius: float) -> Field:
    """A soft blur of about `radius` pixels, cheap for large radii."""
    if radius < 0.7:
        return field
    rows, columns = field.shape
    step = max(radius, 1.0)
    small = shrink(field, max(int(rows / step), 2), max(int(columns / step), 2))
    padded = np.pad(small, 1, mode="edge")
    soft = (
        padded[:-2, 1:-1] + padded[2:, 1:-1] + padded[1:-1, :-2] + padded[1:-1, 2:] + 4 * small
    ) / np.float32(8)
    return resize(soft, rows, columns)


def smoothstep(low: float, high: float, value: Field) -> Field:
    """0 below `low`, 1 above `high`, an S between; `low` may exceed `high`."""
    t = np.clip((value - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), dtype=np.float32)


def slopes(field: Field) -> tuple[Field, Field]:
    """Central differences per pixel across and down."""
    across, down = np.empty_like(field), np.empty_like(field)
    across[:, 1:-1] = (field[:, 2:] - field[:, :-2]) * 0.5
    across[:, 0], across[:, -1] = across[:, 1], across[:, -2]
    down[1:-1] = (field[2:] - field[:-2]) * 0.5
    down[0], down[-1] = down[1], down[-2]
    return across, down


def lit(field: Field, sun: tuple[float, float, float], relief: float) -> Field:
    """Lambert's light on the relief `field` * `relief` pixels high, sun (right, down, up)."""
    across, down = slopes(field * np.float32(relief))
    x, y, z = (np.float32(part / sum(p * p for p in sun) ** 0.5) for part in sun)
    light = (z - across * x - down * y) / np.sqrt(1 + across * across + down * down)
    return np.maximum(light, 0)


def stack(red: Field, green: Field, blue: Field) -> Field:
    """Three fields as one picture (rows, columns, 3)."""
    return np.stack(np.broadcast_arrays(red, green, blue), axis=-1)


def counts(cells: NDArray[np.int64], height: int, width: int) -> Field:
    """How often each flat pixel index occurs, as a field."""
    return np.bincount(cells, minlength=height * width).reshape(height, width).astype(np.float32)
