"""Solids of revolution: a profile's signed distances in a table, traced by rays from an eye.

World units: one is about a hand's breadth. x right, y up (the table is y = 0), z away.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from demo.adapters.raster import Field

Vector = tuple[float, float, float]
Points = Field  # (n, 3)

PROFILES: dict[str, Sequence[tuple[float, float]]] = {
    "bottle": [(0, 0), (0.40, 0), (0.46, 0.05), (0.47, 0.3), (0.46, 1.05), (0.40, 1.28),
               (0.22, 1.5), (0.145, 1.68), (0.135, 2.05), (0.175, 2.08), (0.175, 2.16), (0, 2.16)],
    "flask": [(0, 0), (0.42, 0), (0.62, 0.16), (0.70, 0.45), (0.62, 0.78), (0.36, 1.05),
              (0.17, 1.25), (0.14, 1.75), (0.20, 1.86), (0.16, 1.88), (0, 1.80)],
    "vase": [(0, 0), (0.30, 0), (0.36, 0.06), (0.52, 0.45), (0.58, 0.85), (0.48, 1.25),
             (0.30, 1.50), (0.26, 1.62), (0.34, 1.78), (0.30, 1.79), (0.2, 1.6), (0, 1.5)],
    "beaker": [(0, 0), (0.40, 0), (0.43, 0.04), (0.46, 0.95), (0.43, 0.97), (0.40, 0.9),
               (0.38, 0.1), (0, 0.08)],
    "bowl": [(0, 0), (0.34, 0), (0.36, 0.07), (0.62, 0.20), (0.88, 0.48), (0.98, 0.80),
             (0.95, 0.815), (0.84, 0.54), (0.58, 0.28), (0.30, 0.17), (0, 0.15)],
    "box": [(0, 0), (0.44, 0), (0.46, 0.02), (0.46, 1.28), (0.44, 1.30), (0, 1.30)],
    "orange": [(0.40 * float(np.sin(a)), 0.40 - 0.385 * float(np.cos(a)))
               for a in np.linspace(0, np.pi, 24)],
    "apple": [(0, 0.06), (0.12, 0.01), (0.22, 0.0), (0.33, 0.10), (0.42, 0.32), (0.44, 0.48),
              (0.40, 0.66), (0.28, 0.76), (0.16, 0.76), (0.06, 0.70), (0, 0.66)],
    "pear": [(0, 0.02), (0.14, 0), (0.30, 0.07), (0.41, 0.24), (0.44, 0.42), (0.38, 0.62),
             (0.27, 0.82), (0.20, 1.0), (0.15, 1.10), (0.07, 1.14), (0.03, 1.12), (0.022, 1.34),
             (0, 1.35)],
    "lemon": [(0, 0.0), (0.05, 0.01), (0.09, 0.07), (0.24, 0.19), (0.325, 0.38), (0.335, 0.48),
              (0.29, 0.64), (0.16, 0.80), (0.09, 0.86), (0.05, 0.93), (0, 0.94)],
    "egg": [(0.29 * float(np.sin(a)) * (1 + 0.13 * float(np.cos(a))),
             0.38 - 0.38 * float(np.cos(a))) for a in np.linspace(0, np.pi, 24)],
    "stone": [(0.62 * float(np.sin(a)) ** 0.9, 0.24 - 0.24 * float(np.cos(a)))
              for a in np.linspace(0, np.pi, 24)],
    "ball": [(0.5 * float(np.sin(a)), 0.5 - 0.5 * float(np.cos(a)))
             for a in np.linspace(0, np.pi, 36)],
}  # fmt: skip

_CELLS = 160
_SPAN = 2.6


def _smooth(profile: Sequence[tuple[float, float]]) -> NDArray[np.float64]:
    """The profile with its corners cut twice, ends kept (Chaikin)."""
    line = np.asarray(profile, dtype=np.float64)
    for _ in range(2):
        near = line[:-1] * 0.75 + line[1:] * 0.25
        away = line[:-1] * 0.25 + line[1:] * 0.75
        cut = np.stack([near, away], axis=1).reshape(-1, 2)
        line = np.vstack([line[:1], cut, line[-1:]])
    return line


@cache
def distances(name: str) -> Field:
    """Signed distances (y, r) from the profile `name`, 0 <= r < 2.6, -0.2 <= y < 2.4."""
    line = _smooth(PROFILES[name])
    r, y = np.meshgrid(np.arange(_CELLS) * _SPAN / _CELLS, np.arange(_CELLS) * _SPAN / _CELLS - 0.2)
    nearest, inside = np.full(r.shape, 9.0), np.zeros(r.shape, dtype=bool)
    for (r0, y0), (r1, y1) in pairwise(line):
        length = (r1 - r0) ** 2 + (y1 - y0) ** 2 + 1e-12
        t = np.clip(((r - r0) * (r1 - r0) + (y - y0) * (y1 - y0)) / length, 0, 1)
        away = np.hypot(r - r0 - t * (r1 - r0), y - y0 - t * (y1 - y0))
        nearest = np.minimum(nearest, away)
        crosses = (y0 > y) != (y1 > y)
        with np.errstate(divide="ignore", invalid="ignore"):
            inside ^= crosses & (r < r0 + (y - y0) * (r1 - r0) / (y1 - y0))
    return np.where(inside, -nearest, nearest).astype(np.float32)


@dataclass(frozen=True)
class Solid:
    """One thing on the table: `profile` scaled, at `place` (its foot), along `axis`."""

    profile: str
    place: Vector
    colour: str
    scale: float = 1.0
    gloss: float = 0.15
    speckle: float = 0.05
    axis: Vector = (0.0, 1.0, 0.0)
    blush: str = ""
    table: Field = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "table", distances(self.profile))

    @property
    def height(self) -> float:
        return float(max(y for _, y in PROFILES[self.profile])) * self.scale

    @property
    def direction(self) -> Points:
        axis = np.asarray(self.axis, dtype=np.float32)
        return np.asarray(axis / np.linalg.norm(axis), dtype=np.float32)

    @property
    def centre(self) -> Points:
        foot = np.asarray(self.place, dtype=np.float32)
        return np.asarray(foot + self.direction * np.float32(self.height / 2), dtype=np.float32)

    @property
    def radius(self) -> float:
        wide = max(r for r, _ in PROFILES[self.profile]) * self.scale
        return float(np.hypot(wide, self.height / 2)) * 1.04

    def local(self, points: Points) -> tuple[Field, Field, Points]:
        """r, y (in profile units) and the outward radial direction of world points."""
        offset = points - np.asarray(self.place, dtype=np.float32)
        y = offset @ self.direction
        radial = offset - y[:, None] * self.direction
        r = np.sqrt(np.einsum("ij,ij->i", radial, radial)) + np.float32(1e-6)
        return r / np.float32(self.scale), y / np.float32(self.scale), radial / r[:, None]

    def distance(self, points: Points) -> Field:
        """Signed distance (n,) from world points to the surface."""
        still = np.zeros((1, 3), dtype=np.float32)
        return self.gap(Rays.of(self, points, still), np.zeros(1, dtype=np.float32))

    def gap(self, rays: "Rays", t: Field) -> Field:
        """Signed distance (n,) to the surface from the points `t` along `rays`."""
        y = rays.y + rays.dy * t
        square = rays.square + t * (2 * rays.slope + t)
        r = np.sqrt(np.maximum(square - y * y, 0))
        unit = np.float32(1 / self.scale)
        return self._read(r * unit, y * unit) * np.float32(self.scale)

    def _read(self, r: Field, y: Field) -> Field:
        unit = np.float32(_CELLS / _SPAN)
        i = np.clip(r * unit, 0, _CELLS - 1.01)
        j = np.clip((y + np.float32(0.2)) * unit, 0, _CELLS - 1.01)
        left, top = i.astype(np.int32), j.astype(np.int32)
        fx, fy = i - left, j - top
        flat, at = self.table.ravel(), top * _CELLS + left
        upper = flat[at] * (1 - fx) + flat[at + 1] * fx
        lower = flat[at + _CELLS] * (1 - fx) + flat[at + _CELLS + 1] * fx
        return np.asarray(upper + (lower - upper) * fy, dtype=np.float32)

    def normals(self, points: Points) -> Points:
        """Unit outward normals (n, 3) at points on the surface."""
        r, y, radial = self.local(points)
        step = np.float32(0.014)
        out = self._read(r + step, y) - self._read(r - step, y)
        rise = self._read(r, y + step) - self._read(r, y - step)
        normal = radial * out[:, None] + self.direction * rise[:, None]
        return np.asarray(normal / np.linalg.norm(normal, axis=1, keepdims=True), dtype=np.float32)


@dataclass(frozen=True)
class Rays:
    """Rays in a solid's terms: height over its foot (y, dy a unit), squared distance from it."""

    y: Field
    dy: Field
    square: Field
    slope: Field

    @staticmethod
    def of(solid: Solid, origin: Points, way: Points) -> "Rays":
        offset = origin - np.asarray(solid.place, dtype=np.float32)
        return Rays(
            offset @ solid.direction,
            way @ solid.direction,
            np.einsum("ij,ij->i", offset, offset),
            np.einsum("ij,ij->i", *np.broadcast_arrays(offset, way)),
        )

    def only(self, chosen: NDArray[np.bool_] | NDArray[np.intp]) -> "Rays":
        """The rays `chosen`; what all rays share stays shared."""
        return Rays(
            *(
                part if len(part) == 1 else part[chosen]
                for part in (self.y, self.dy, self.square, self.slope)
            )
        )


def span(solid: Solid, origin: Points, way: Points, swell: float = 1.0) -> tuple[Field, Field]:
    """Where rays (n, 3) enter and leave the ball round `solid`; leave < enter where they miss."""
    offset = origin - solid.centre
    along = np.einsum("ij,ij->i", *np.broadcast_arrays(offset, way))
    square = along**2 - np.einsum("ij,ij->i", offset, offset) + (solid.radius * swell) ** 2
    root = np.sqrt(np.maximum(square, 0))
    near = np.where(square > 0, np.maximum(-along - root, 0), 1)
    return near.astype(np.float32), np.where(square > 0, -along + root, 0).astype(np.float32)


def trace(solid: Solid, eye: Points, way: Points) -> Field:
    """The distance (n,) along each ray from `eye` to the solid, infinity where it misses."""
    reached = np.full(len(way), np.inf, dtype=np.float32)
    near, away = span(solid, eye[None, :], way)
    live = np.flatnonzero(away > near)
    t, end = near[live], away[live]
    rays = Rays.of(solid, eye[None, :], way[live])
    for _ in range(42):
        gap = solid.gap(rays, t)
        t = t + gap * np.float32(0.93)
        hit = gap < 0.0016
        reached[live[hit]] = t[hit]
        going = ~hit & (t < end)
        if not going.any():
            break
        live, t, end, rays = live[going], t[going], end[going], rays.only(going)
    return reached


def shadow(solids: Sequence[Solid], points: Points, sun: Points, soft: float) -> Field:
    """How much of a broad light towards `sun` reaches each point: 0..1, softer with distance."""
    clear = np.ones(len(points), dtype=np.float32)
    way = sun[None, :]
    for solid in solids:
        near, away = span(solid, points, way, 1.0 + 1.6 * soft)
        live = np.flatnonzero(away > np.maximum(near, 0.02))
        if not live.size:
            continue
        start, length = np.maximum(near[live], 0.03), away[live]
        rays = Rays.of(solid, points[live], way)
        least = np.full(live.size, 1.0, dtype=np.float32)
        for part in np.linspace(0.02, 0.98, 30, dtype=np.float32):
            t = start + (length - start) * part
            gap = solid.gap(rays, t)
            least = np.minimum(least, gap / (t * np.float32(soft)))
        share = np.clip(least * 0.5 + 0.5, 0, 1)
        clear[live] *= share * share * (3 - 2 * share)
    return clear
