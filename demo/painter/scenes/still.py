"""Things on a table by a window: vessels, fruit, stones, in soft light that falls off."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from demo.adapters.raster import Field, resize
from demo.painter.colour import light, mix
from demo.painter.field import Dice, Plate, sample, smoothstep, tile_fbm
from demo.painter.solids import Points, Solid, Vector, shadow, trace

_EYE = np.array([0.0, 2.0, -9.0], dtype=np.float32)
_WALL = 3.4


def _rays(plate: Plate, lens: float, aim: float) -> Points:
    """Unit directions (pixels, 3) through the plate, the middle aimed at height `aim`."""
    x, y = plate.axes()
    right = np.broadcast_to((x - plate.aspect / 2) / lens, (plate.height, plate.width))
    up = np.broadcast_to((0.5 - y) / lens, right.shape)
    pitch = (aim - _EYE[1]) / 9.0
    way = np.stack([right, up + pitch, np.ones_like(right)], axis=-1).reshape(-1, 3)
    return np.asarray(way / np.linalg.norm(way, axis=1, keepdims=True), dtype=np.float32)


def tabletop(
    plate: Plate,
    dice: Dice,
    *,
    solids: Sequence[Solid],
    wall: str,
    cloth: str,
    sun: Vector = (-0.75, 0.62, -0.35),
    soft: float = 0.22,
    lens: float = 2.6,
    aim: float = 0.95,
    fall: float = 0.55,
    warm: str = "fff0da",
    cool: str = "8fa0b8",
) -> Field:
    """`solids` on a cloth before a wall, lit through a window from `sun`."""
    way = _rays(plate, lens, aim)
    unit = np.asarray(sun, dtype=np.float32) / np.float32(np.linalg.norm(sun))
    depth = np.full(len(way), np.inf, dtype=np.float32)
    owner = np.full(len(way), -1, dtype=np.int8)
    for number, solid in enumerate(solids):
        reached = trace(solid, _EYE, way)
        closer = reached < depth
        depth[closer], owner[closer] = reached[closer], number
    picture = _room(plate, dice, solids, unit, lens, aim, wall, cloth, (soft, fall), warm, cool)
    flat = picture.reshape(-1, 3)
    grain = tile_fbm(dice, 256, 8, 6, 0.7)
    for number, solid in enumerate(solids):
        own = np.flatnonzero(owner == number)
        if own.size:
            points = _EYE + way[own] * depth[own, None]
            others = [other for other in solids if other is not solid]
            shine = _shine(solid, others, points, way[own], unit, grain, (warm, cool), cloth, soft)
            flat[own] = shine
    return _rounded(picture, owner.reshape(plate.height, plate.width))


def _rounded(picture: Field, owner: NDArray[np.int8]) -> Field:
    """`picture` with the stairs along the outlines of `owner` smoothed."""
    edge = np.zeros(owner.shape, dtype=np.float32)
    edge[:, 1:] += owner[:, 1:] != owner[:, :-1]
    edge[:, :-1] += owner[:, 1:] != owner[:, :-1]
    edge[1:] += owner[1:] != owner[:-1]
    edge[:-1] += owner[1:] != owner[:-1]
    padded = np.pad(np.minimum(picture, 1.5), ((1, 1), (1, 1), (0, 0)), mode="edge")
    rows = padded[:-2] + 2 * padded[1:-1] + padded[2:]
    soft = (rows[:, :-2] + 2 * rows[:, 1:-1] + rows[:, 2:]) / np.float32(16)
    return mix(picture, soft, np.minimum(edge, 1))


def _room(
    plate: Plate,
    dice: Dice,
    solids: Sequence[Solid],
    sun: Points,
    lens: float,
    aim: float,
    wall: str,
    cloth: str,
    spread: tuple[float, float],
    warm: str,
    cool: str,
) -> Field:
    """Table and wall with the solids' shadows, computed small and enlarged: both are smooth."""
    small = Plate(plate.height // 3, plate.width // 3)
    way = _rays(small, lens, aim)
    down = np.where(way[:, 1] < -1e-4, -_EYE[1] / np.minimum(way[:, 1], -1e-4), np.inf)
    back = (_WALL - _EYE[2]) / way[:, 2]
    on_wall = back < down
    points = _EYE + way * np.minimum(down, back)[:, None].astype(np.float32)
    clear = shadow(solids, points, sun, spread[0])
    near = np.ones(len(points), dtype=np.float32)
    for solid in solids:
        gap = solid.distance(points) / np.float32(solid.radius)
        near *= 1 - 0.6 * np.exp(-np.clip(gap, 0, 9) * 5)
    facing = np.where(on_wall, -sun[2] * 1.25 + 0.1, sun[1])
    level = np.exp(-np.float32(spread[1]) * (points[:, 0] + 2.0) * 0.33)
    level *= np.where(on_wall, np.exp(-((points[:, 1] - 2.2) ** 2) * 0.07), 1.0)
    direct = (clear * facing * level)[:, None] * light(warm) * 2.1
    ambient = (near * (0.5 + 0.5 * np.minimum(level, 1)))[:, None] * light(cool) * 0.42
    lamp = (direct + ambient).astype(np.float32).reshape(small.height, small.width, 3)
    bulk = [resize(lamp[..., i], plate.height, plate.width) for i in range(3)]
    edge = resize(on_wall.astype(np.float32).reshape(small.height, -1), plate.height, plate.width)
    weave = 1 + 0.045 * plate.fbm(dice, 160, 3, 0.8) + 0.05 * plate.fbm(dice, 3, 4)
    plaster = 1 + 0.05 * plate.fbm(dice, 2.2, 6, 0.6)
    body = mix(light(cloth) * weave[..., None], light(wall) * plaster[..., None],
               smoothstep(0.25, 0.75, edge))  # fmt: skip
    return np.maximum(body * np.stack(bulk, axis=-1), 0)


def _shine(
    solid: Solid,
    others: Sequence[Solid],
    points: Points,
    way: Points,
    sun: Points,
    grain: Field,
    lamps: tuple[str, str],
    cloth: str,
    soft: float,
) -> Points:
    """Light (n, 3) leaving a solid's surface: window, room, the cloth's bounce, a highlight."""
    normal = solid.normals(points)
    _, y, radial = solid.local(points)
    turn = (np.arctan2(radial[:, 2], radial[:, 0]) / np.float32(6.2832)).astype(np.float32)
    patch, speck = sample(grain, turn * 2, y * 0.6), sample(grain, turn * 9, y * 3.2)
    bump = np.stack([speck, patch, -speck], axis=1) * np.float32(0.35 * solid.speckle)
    normal = normal + bump
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    lambert = normal @ sun
    wrap = np.clip((lambert + 0.22) / 1.22, 0, 1) ** 1.25
    clear = shadow(others, points + normal * np.float32(0.02), sun, soft)
    colour: Field = light(solid.colour) * (1 + solid.speckle * (speck + 0.8 * patch))[:, None]
    if solid.blush:
        part = smoothstep(-0.3, 0.9, (0.45 * patch + 1.6 * (normal[:, 0] * 0.3 + y - 0.5)))
        colour = mix(colour, light(solid.blush), np.asarray(part, np.float32))
    open_sky = 0.5 + 0.5 * normal[:, 1]
    occluded = np.clip(0.35 + points[:, 1] * 1.6, 0, 1)
    inner = np.where(np.einsum("ij,ij->i", normal, radial) < -0.2, 0.55, 1.0)
    ambient = (open_sky * occluded)[:, None] * light(lamps[1]) * 0.5
    bounce = ((1 - open_sky) * np.exp(-points[:, 1] * 1.1))[:, None] * light(cloth) * 0.5
    direct = (wrap * clear)[:, None] * light(lamps[0]) * 2.3
    body = colour * (direct + ambient + bounce) * inner[:, None].astype(np.float32)
    half = sun - way
    half /= np.linalg.norm(half, axis=1, keepdims=True)
    edge = np.clip(np.einsum("ij,ij->i", normal, half), 0, 1)
    lobe = (edge ** (18 + 260 * solid.gloss**1.3)) * solid.gloss * 3.2 * clear
    rim = (1 + np.einsum("ij,ij->i", normal, way)) ** 4 * 0.35 * solid.gloss
    shine = (lobe + rim).astype(np.float32)[:, None] * light(lamps[0])
    return np.asarray(np.maximum(body + shine, 0), dtype=np.float32)


def _row(names: str, colours: str, gap: float, dice: Dice, start: float, z: float) -> list[Solid]:
    """Solids side by side from x = `start`, their depths slightly off a line at `z`."""
    row, x = [], start
    for name, colour in zip(names.split(), colours.split(), strict=True):
        scale = dice.uniform(0.92, 1.08)
        thing = Solid(name, (0, 0, 0), colour, scale)
        wide = float(np.sqrt(max(thing.radius**2 - (thing.height / 2) ** 2, 0.01)))
        place = (x + wide, 0.0, z + float(dice.uniform(-0.3, 0.3)))
        row.append(Solid(name, place, colour, scale, 0.10, 0.05))
        x += 2 * wide + gap
    return row


def vessels(
    plate: Plate,
    dice: Dice,
    *,
    back: tuple[str, str],
    front: tuple[str, str],
    gap: float = 0.05,
    wall: str,
    cloth: str,
    soft: float = 0.22,
    lens: float = 2.6,
    warm: str = "fff0da",
    aim: float = 0.95,
) -> Field:
    """Two rows of pottery, (profiles, colours) each, close together before a wall."""
    things: list[Solid] = []
    for (names, colours), z in ((back, 0.7), (front, -0.5)):
        trial = _row(names, colours, gap, np.random.default_rng(1), 0.0, z)
        wide = trial[-1].place[0] + 0.45
        things += _row(names, colours, gap, dice, -wide / 2 - 0.1, z)
    return tabletop(plate, dice, solids=things, wall=wall, cloth=cloth, soft=soft, lens=lens,
                    warm=warm, aim=aim)  # fmt: skip


def fruit_bowl(
    plate: Plate,
    dice: Dice,
    *,
    fruit: str,
    colours: Sequence[str],
    blush: str = "",
    bowl: str,
    wall: str,
    cloth: str,
    warm: str = "fff0da",
    lens: float = 3.4,
) -> Field:
    """A bowl heaped with one kind of fruit, a few beside it."""
    things = [Solid("bowl", (0.15, 0, 0), bowl, 1.35, 0.35, 0.04)]
    places = [(-0.55, 0.62, -0.25), (0.2, 0.6, -0.6), (0.85, 0.62, -0.2), (0.5, 0.66, 0.5),
              (-0.2, 0.66, 0.5), (-0.1, 1.08, -0.1), (0.55, 1.08, 0.0)]  # fmt: skip
    for place in [*((x, y, z) for x, y, z in places), (-1.75, 0, -0.5), (1.9, 0, -0.75)]:
        lean = (float(dice.uniform(-0.5, 0.5)), 1.0, float(dice.uniform(-0.5, 0.3)))
        axis = lean if place[1] > 0 else (0.06, 1.0, -0.05)
        colour = str(dice.choice(list(colours)))
        things.append(Solid(fruit, place, colour, 1.0, 0.3, 0.09, axis, blush))
    return tabletop(plate, dice, solids=things, wall=wall, cloth=cloth, warm=warm, lens=lens,
                    aim=0.75)  # fmt: skip


def line_up(
    plate: Plate,
    dice: Dice,
    *,
    things: str,
    colours: str,
    blush: str = "",
    gap: float = 0.5,
    gloss: float = 0.25,
    speckle: float = 0.07,
    wall: str,
    cloth: str,
    sun: Vector = (-0.85, 0.42, -0.3),
    soft: float = 0.14,
    lens: float = 3.0,
    aim: float = 0.6,
    scale: float = 1.0,
    warm: str = "fff0da",
) -> Field:
    """A few things in one line, each its own long shadow."""
    names = things.split()
    middle = (len(names) - 1) / 2
    row = [
        Solid(
            name,
            ((i - middle) * (0.8 * scale + gap) + float(dice.uniform(-0.06, 0.06)), 0.0,
             float(dice.uniform(-0.25, 0.25))),
            colour, scale * float(dice.uniform(0.93, 1.07)), gloss, speckle,
            (float(dice.uniform(-0.09, 0.09)), 1.0, 0.0), blush,
        )
        for i, (name, colour) in enumerate(zip(names, colours.split(), strict=True))
    ]  # fmt: skip
    return tabletop(plate, dice, solids=row, wall=wall, cloth=cloth, sun=sun, soft=soft, lens=lens,
                    aim=aim, warm=warm)  # fmt: skip


def cairn(
    plate: Plate, dice: Dice, *, colours: Sequence[str], wall: str, cloth: str, lens: float = 2.5
) -> Field:
    """Flat stones balanced on one another."""
    pile, level = [], 0.0
    for number, colour in enumerate(colours):
        scale = 1.45 * 0.84**number * float(dice.uniform(0.9, 1.1))
        off = float(dice.uniform(-0.08, 0.08))
        lean = (float(dice.uniform(-0.07, 0.07)), 1.0, float(dice.uniform(-0.05, 0.05)))
        pile.append(Solid("stone", (off, level, 0.0), colour, scale, 0.05, 0.22, lean))
        level += pile[-1].height * 0.965
    return tabletop(plate, dice, solids=pile, wall=wall, cloth=cloth, soft=0.3, lens=lens,
                    aim=level * 0.52, fall=0.9)  # fmt: skip
