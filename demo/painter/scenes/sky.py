"""Clouds, twilight, stars, aurora, moon."""

from collections.abc import Sequence

import numpy as np

from demo.adapters.raster import Field
from demo.painter.colour import light, mix, ramp
from demo.painter.field import Dice, Plate, blur, lit, sample, smoothstep, tile_fbm, warp
from demo.painter.scenes.land import trees


def _skyline(plate: Plate, dice: Dice, level: float, rough: float, wood: float) -> Field:
    """How much of each pixel a dark near ridge covers; `wood` is its trees' height."""
    _, y = plate.axes()
    line = level + rough * plate.contour(dice, 1.3, 6, 0.48)
    if wood > 0:
        line = line - trees(plate, dice, wood)
    return np.clip((y - line[None, :]) * plate.height + 0.5, 0, 1).astype(np.float32)


def _thickness(dice: Dice, u: Field, v: Field, cover: float) -> Field:
    """How thick a sheet of cloud is at places u, v of it: 0 where it is torn, up to 1.6."""
    big, fine = tile_fbm(dice, 512, 3, 6, 0.55), tile_fbm(dice, 512, 6, 6, 0.6)
    shift = 0.10 * sample(big, u * 0.7 + 0.3, v * 0.7)
    shape = sample(big, u + shift, v - shift)
    wisp = sample(fine, u * 3.1 + shift, v * 3.1)
    body = shape + 0.5 * wisp + 0.16 * sample(fine, u * 9.7, v * 9.7)
    return np.asarray(np.clip((body + (cover - 0.5) * 2.4) * 0.85, 0, 1.6), dtype=np.float32)


def cloud_field(
    plate: Plate,
    dice: Dice,
    *,
    sky: Sequence[str],
    lit_side: str,
    dark_side: str,
    sun: tuple[float, float] = (0.3, 0.95),
    horizon: float = 1.05,
    cover: float = 0.5,
    scale: float = 1.0,
    ridge: str = "",
) -> Field:
    """A sheet of cloud overhead in perspective, lit from `sun` (across, down; plate heights)."""
    x, y = plate.axes()
    rise = np.maximum(horizon - y, 0.012)
    u = ((x - plate.aspect / 2) / rise * 0.16 * scale).astype(np.float32)
    v = np.broadcast_to(0.16 * scale / rise, u.shape).astype(np.float32)
    thick = _thickness(dice, u, v, cover)
    opaque = 1 - np.exp(-thick * 3.2)
    across = np.asarray(sun[0] * plate.aspect - x, dtype=np.float32)
    to_sun = np.sqrt(across**2 + (sun[1] - y) ** 2)
    toward = plate.height * 0.012
    ahead = warp(thick, across / to_sun * toward, ((sun[1] - y) / to_sun * toward))
    relief = np.clip(0.5 + (thick - ahead) * 1.5, 0, 1)
    silver = np.exp(-thick * 2.1) * (0.55 + 1.4 * np.exp(-to_sun * 2.2))
    glow = np.clip(relief * 0.6 + silver * 0.75, 0, 1.4)
    fall = np.clip((horizon - y) / horizon, 0, 1) ** 0.8
    back = ramp(sky, np.broadcast_to(fall, u.shape).astype(np.float32))
    back = back * (1 + 1.6 * np.exp(-to_sun * 3.2))[..., None]
    cloud = mix(np.broadcast_to(light(dark_side), back.shape), light(lit_side) * 1.5, glow)
    cloud = cloud * (0.75 + 0.9 * np.exp(-to_sun * 1.6))[..., None]
    picture = mix(back, cloud.astype(np.float32), (opaque * smoothstep(0.012, 0.14, rise)))
    if not ridge:
        return picture
    return mix(picture, light(ridge), _skyline(plate, dice, 0.93, 0.02, 0.012))


def twilight(
    plate: Plate,
    dice: Dice,
    *,
    sky: Sequence[str],
    ridge: str,
    moon: tuple[float, float, float] = (0.0, 0.0, 0.0),
    level: float = 0.84,
    wood: float = 0.03,
    glow: float = 0.5,
) -> Field:
    """A bare gradient of evening over a dark ridge; `moon` is across, down, radius."""
    x, y = plate.axes()
    shape = (plate.height, plate.width)
    arc = y + 0.05 * ((x / plate.aspect - 0.5) ** 2)
    picture = ramp(sky, np.broadcast_to(np.clip(arc / level, 0, 1), shape).astype(np.float32))
    wisps = plate.fbm(dice, 7, 6, 0.55, 7.0) * smoothstep(0.35, level, np.asarray(y + 0 * x))
    picture = picture * (1 + 0.13 * wisps)[..., None]
    picture = picture * (1 + glow * np.exp(-((y - level) ** 2) * 40))[..., None]
    if moon[2] > 0:
        picture = picture + _moon(plate, dice, moon)
    return mix(picture, light(ridge), _skyline(plate, dice, level + 0.03, 0.035, wood))


def _moon(plate: Plate, dice: Dice, place: tuple[float, float, float]) -> Field:
    """A full moon's light: maria, bright rays, a thin limb, and its halo."""
    x, y = plate.axes()
    dx, dy = x - place[0] * plate.aspect, y - place[1]
    far = np.sqrt(dx * dx + dy * dy) / place[2]
    disc = np.clip((1 - far) * place[2] * plate.height + 0.5, 0, 1)
    ball = np.sqrt(np.clip(1 - far * far, 0, 1))
    pitch = 0.55 / place[2]
    maria = smoothstep(-0.1, 0.75, plate.fbm(dice, pitch, 5, 0.5))
    craters = plate.ridges(dice, pitch * 5, 5, 0.6)
    ground = 0.95 - 0.5 * maria + 0.35 * (craters - 0.45)
    face = (disc * (0.35 + 0.65 * ball**0.4) * ground * 0.85)[..., None] * light("fff4e0")
    halo = np.exp(-np.maximum(far - 1, 0) * 1.1) * 0.10
    return np.asarray(face + halo[..., None] * light("ffe9c8"), dtype=np.float32)


def stars(plate: Plate, dice: Dice, amount: float, bright: float = 1.0) -> Field:
    """Light (rows, columns, 3) of `amount` stars per thousand pixels, few bright, many faint."""
    number = int(plate.height * plate.width * amount / 1000)
    rows = dice.integers(2, plate.height - 2, number)
    columns = dice.integers(2, plate.width - 2, number)
    flux = np.minimum(0.05 / dice.random(number) ** 0.8, 9).astype(np.float32) * bright
    warm = dice.random(number, dtype=np.float32)[:, None]
    tints = (light("a9c6ff") * (1 - warm) + light("ffd9a8") * warm) * flux[:, None]
    picture = np.zeros((plate.height, plate.width, 3), dtype=np.float32)
    np.add.at(picture, (rows, columns), tints)
    for down, across in ((0, 1), (1, 0), (0, -1), (-1, 0)):
        large = np.clip(flux - 0.5, 0, 4)[:, None] / 4
        np.add.at(picture, (rows + down, columns + across), tints * large)
    return picture


def milky_way(
    plate: Plate,
    dice: Dice,
    *,
    night: Sequence[str],
    dust: str = "c9a6a0",
    core: str = "f3dcc0",
    angle: float = 1.05,
    ridge: str = "06080c",
    wood: float = 0.03,
) -> Field:
    """The galaxy's band with dark lanes over a ridge, airglow at the horizon."""
    x, y = plate.axes()
    shape = (plate.height, plate.width)
    back = ramp(night, np.broadcast_to(1 - y, shape).astype(np.float32))
    dx, dy = x - plate.aspect * 0.52, y - 0.55
    across = dx * np.sin(angle) + dy * np.cos(angle) + 0.05 * plate.fbm(dice, 1.4, 4)
    along = dx * np.cos(angle) - dy * np.sin(angle)
    bulge = np.exp(-((along + 0.12) ** 2) * 4)
    width = 0.075 + 0.075 * bulge
    band = np.exp(-((across / width) ** 2)) * (0.5 + 0.75 * bulge)
    cloud = np.clip(0.95 + 0.55 * plate.fbm(dice, 7, 8, 0.62), 0, 2.2)
    lane = 0.95 * plate.fbm(dice, 5, 8, 0.6) + 1.5 * np.exp(-((across / 0.045) ** 2)) - 0.75
    dark = smoothstep(-0.15, 0.85, np.asarray(lane, dtype=np.float32)) * np.clip(band * 2, 0, 1)
    glow = (band * cloud * (1 - 0.85 * dark)).astype(np.float32)
    tone = mix(np.broadcast_to(light(dust), (*shape, 3)), light(core), np.clip(glow, 0, 1))
    picture = back + tone * (glow * 0.26)[..., None]
    field = stars(plate, dice, 4.0, 1.1) + stars(plate, dice, 26.0, 0.35) * glow[..., None] * 1.5
    picture += field * (1 - 0.6 * dark)[..., None]
    return mix(picture, light(ridge), _skyline(plate, dice, 0.88, 0.05, wood))


def star_trails(
    plate: Plate,
    dice: Dice,
    *,
    night: Sequence[str],
    pole: tuple[float, float] = (0.42, 0.62),
    turn: float = 0.55,
    ridge: str = "05070a",
) -> Field:
    """Hours of turning sky: every star an arc about the pole."""
    _, y = plate.axes()
    shape = (plate.height, plate.width)
    picture = ramp(night, np.broadcast_to(1 - y, shape).astype(np.float32))
    number, steps = 1500, int(plate.height * 0.75)
    radius = np.sqrt(dice.random(number)) * 1.5 * plate.height
    start, flux = dice.random(number) * 6.283, 0.05 / (dice.random(number) + 0.03) ** 0.7
    sweep = np.linspace(0, turn, steps)
    tints = np.array([light("9dbcff"), light("ffffff"), light("ffd2a0"), light("ffe9cf")])
    kinds = dice.integers(0, 4, number)
    for kind in range(4):
        own = kinds == kind
        angle = start[own, None] + sweep[None, :]
        column = np.rint(pole[0] * plate.width + radius[own, None] * np.cos(angle))
        row = np.rint(pole[1] * plate.height + radius[own, None] * np.sin(angle))
        inside = (column >= 0) & (column < plate.width) & (row >= 0) & (row < plate.height)
        flat = (row * plate.width + column).astype(np.int64)
        weight = np.broadcast_to(flux[own, None], flat.shape)
        touched = np.zeros(plate.height * plate.width, dtype=np.float32)
        np.maximum.at(touched, flat[inside], weight[inside].astype(np.float32))
        picture += touched.reshape(shape)[..., None] * tints[kind].astype(np.float32) * 0.9
    return mix(picture, light(ridge), _skyline(plate, dice, 0.9, 0.03, 0.05))


def aurora(
    plate: Plate,
    dice: Dice,
    *,
    night: Sequence[str],
    low: str = "3dff9a",
    high: str = "8a5cff",
    water: float = 0.72,
    ridge: str = "070b12",
) -> Field:
    """Curtains of light over a ridge, mirrored in still water below `water`."""
    x, y = plate.axes()
    shape = (plate.height, plate.width)
    picture = ramp(night, np.broadcast_to(np.clip(1 - y / water, 0, 1), shape).astype(np.float32))
    picture += stars(plate, dice, 2.2, 0.7)
    rays = plate.contour(dice, 26, 1) * 0.5 + plate.contour(dice, 70, 1) * 0.35
    for fold in range(3):
        bend = plate.contour(dice, 1.1 + fold * 0.4, 4, 0.45)
        foot = water - 0.10 - 0.12 * fold + 0.09 * bend[None, :]
        above = (foot - y).astype(np.float32)
        tall = 0.16 + 0.10 * fold + 0.05 * rays[None, :]
        sheet = np.exp(-np.maximum(above, 0) / tall) * smoothstep(-0.10, 0.03, above)
        gust = np.clip(0.5 + 0.8 * plate.contour(dice, 0.9, 1), 0.18, 1.5)
        strength = np.clip(0.75 + 0.45 * rays, 0.2, 1.5) * gust
        sheet = sheet * strength[None, :] * (0.5 - 0.12 * fold)
        tint = np.clip(above / (tall * 2.4), 0, 1).astype(np.float32)
        picture += ramp([low, low, high], tint) * sheet[..., None].astype(np.float32)
    picture = mix(picture, light(ridge), _skyline(plate, dice, water - 0.035, 0.025, 0.012))
    flip = np.minimum(2 * (water - y) * plate.height, 0)
    ripple = plate.fbm(dice, 50, 4, 0.6, 6.0) * plate.height * 0.004
    calm = [warp(picture[..., i], ripple, (flip + ripple).astype(np.float32)) for i in range(3)]
    below = smoothstep(water - 0.001, water + 0.001, np.asarray(y + 0 * x, dtype=np.float32))
    return mix(picture, np.stack(calm, axis=-1) * 0.6, below)


def sea_of_cloud(
    plate: Plate,
    dice: Dice,
    *,
    sky: Sequence[str],
    lit_side: str,
    dark_side: str,
    level: float = 0.4,
) -> Field:
    """Above the weather: a floor of cloud to the horizon, lit from the side."""
    x, y = plate.axes()
    drop = np.maximum(y - level, 0.004)
    u = ((x - plate.aspect / 2) / drop * 0.11).astype(np.float32)
    v = np.broadcast_to(0.11 / drop, u.shape).astype(np.float32)
    tile = np.abs(tile_fbm(dice, 512, 4, 7, 0.52))
    puff = np.sqrt(sample(tile, u, v)) + 0.35 * np.sqrt(sample(tile, v * 2.3, u * 2.3))
    relief = lit(puff * (0.25 + drop), (0.85, -0.3, 0.4), plate.height / 5)
    tone = np.clip(relief * 1.1 - 0.25 + 0.5 * (puff - 0.55), 0, 1)
    floor = mix(np.broadcast_to(light(dark_side), (*u.shape, 3)), light(lit_side) * 1.05, tone)
    air = np.exp(-drop * 9)
    top = ramp(sky, np.broadcast_to(np.clip(1 - y / level, 0, 1), u.shape).astype(np.float32))
    edge = ramp(sky, np.zeros((1, 1), np.float32)) * 1.05
    floor = mix(floor.astype(np.float32), edge, np.asarray(air + 0 * u, dtype=np.float32))
    seam = blur(np.broadcast_to(y > level, u.shape).astype(np.float32), 2)
    return mix(top, floor, seam)
