"""Mountains, dunes, rolling fields: ground seen in perspective through haze."""

from collections.abc import Sequence

import numpy as np

from demo.adapters.raster import Field
from demo.painter.colour import light, mix, ramp
from demo.painter.field import Dice, Plate, blur, sample, smoothstep, tile_fbm, warp
from demo.painter.terrain import Seen, View, creased, eroded, look, shade, sunlit

Sun = tuple[float, float, float]


def heavens(
    plate: Plate, dice: Dice, colours: Sequence[str], horizon: float, sun: Sun, veil: float = 0.3
) -> Field:
    """A sky: `colours` from the horizon up, a glow round the sun, a `veil` of high cloud."""
    x, y = plate.axes()
    rise = np.broadcast_to((horizon - y) / horizon, (plate.height, plate.width))
    sky = ramp(colours, np.clip(rise, 0, 1) ** np.float32(0.75))
    if sun[2] > 0:
        centre = plate.aspect / 2 + 1.2 * sun[0] / sun[2]
        level = horizon - 1.2 * sun[1] / sun[2]
        far = np.sqrt((x - centre) ** 2 + (y - level) ** 2)
        glow = np.exp(-far * 2.2) * 0.9 + np.exp(-far * 9) * 1.6
        sky = sky * (1 + glow[..., None])
    if veil > 0:
        level = np.maximum(horizon - y, 0.03)
        streaks = plate.fbm(dice, 3.5, 7, 0.58, 4.0) * smoothstep(0.0, 0.35, level)
        sky = mix(sky, sky * 0.55 + sky.max() * 0.35, smoothstep(-0.2, 1.3, streaks) * veil)
    return sky


def _through_air(view: View, seen: Seen, ground: Field, haze: Field, reach: float) -> Field:
    """`ground` (steps, columns, 3) as seen through air that hides it beyond `reach`."""
    _, z = view.grid()
    veil = 1 - np.exp(-((z[:, 0] / reach) ** np.float32(1.2)))
    veil = np.broadcast_to(veil[:, None], ground.shape[:2])
    return seen.pick(mix(ground, haze, np.ascontiguousarray(veil, dtype=np.float32)))


def _over(sky: Field, land: Field, seen: Seen) -> Field:
    return mix(sky, land, seen.cover)


def peaks(
    plate: Plate,
    dice: Dice,
    *,
    sky: Sequence[str],
    rock: Sequence[str],
    haze: str,
    sun: Sun,
    snow: float = 0.5,
    lake: float = -1.0,
    reach: float = 110.0,
    horizon: float = 0.52,
    relief: float = 11.0,
    eye: float = 3.0,
    lens: float = 1.9,
) -> Field:
    """A range of peaks; `snow` lies above that part of the relief, a lake to the height `lake`."""
    view = View(plate, eye, horizon, 2.5, 120.0, lens)
    x, z = view.grid()
    tile, fine = eroded(dice, 1024, 4, 8, 0.43), creased(dice, 512, 8, 6)
    offset = np.float32(dice.uniform(0, 1))
    u, v = x / 64 + offset, z / 64 + offset
    base, detail = sample(tile, u, v), sample(fine, u * 5, v * 5)
    rise = smoothstep(5.0, 60.0, z) * np.float32(relief)
    valley = 1 - 0.6 * np.exp(-((x / (0.13 * z + 3)) ** 2))
    crag = (detail - 0.4) * (0.10 * rise + 0.12) * (0.3 + base)
    ground = (base * (0.9 + rise * valley) + crag).astype(np.float32)
    shadow = sample(sunlit(tile, sun, relief / 64), u, v)
    bright = shade(view, ground, sun) * (0.12 + 0.88 * shadow)
    body = ramp(rock, np.clip(detail * 0.7 + base * 0.3, 0, 1))
    flat = smoothstep(0.2, 0.5, shade(view, ground, (0.0, 1.0, 0.0)))
    line = smoothstep(snow - 0.06, snow + 0.06, base * valley + 0.10 * (detail - 0.5))
    body = _sunned(mix(body, light("eef3fb"), line * flat), bright, sky)
    heavenly = heavens(plate, dice, sky, horizon, sun)
    seen = look(view, np.maximum(ground, np.float32(lake)))
    picture = _over(heavenly, _through_air(view, seen, body, light(haze), reach), seen)
    if lake < 0:
        return picture
    wet = seen.pick((ground < lake).astype(np.float32)) * seen.cover
    return mix(picture, _mirror(plate, dice, picture, horizon), smoothstep(0.3, 0.7, wet))


def _sunned(body: Field, bright: Field, sky: Sequence[str]) -> Field:
    """Ground of the colours `body` in the sun's light and that of the sky's two ends."""
    warm = light(sky[1]) / light(sky[1]).max()
    return np.asarray(body * (bright[..., None] * 3.4 * warm + light(sky[-1]) * 0.55))


def _mirror(plate: Plate, dice: Dice, picture: Field, horizon: float) -> Field:
    """`picture` reflected about the horizon in water with a light ripple."""
    _, y = plate.axes()
    deep = np.maximum(y - horizon, 0)
    ripple = plate.fbm(dice, 60, 4, 0.6, 7.0) * (2 + 40 * deep) * plate.height / 1400
    flip = 2 * horizon * plate.height - 2 * (y * plate.height) + ripple * 0.6
    rows = [warp(picture[..., i], ripple * 0.15, flip.astype(np.float32)) for i in range(3)]
    return np.stack(rows, axis=-1) * np.float32(0.72)


def dunes(
    plate: Plate,
    dice: Dice,
    *,
    sky: Sequence[str],
    sand: Sequence[str],
    haze: str,
    sun: Sun,
    horizon: float = 0.34,
    reach: float = 60.0,
    height: float = 3.0,
) -> Field:
    """A sand sea: crests with a soft windward and a steep lee side, ripples in the foreground."""
    view = View(plate, height, horizon, 1.3, 110.0, 1.25, 800)
    x, z = view.grid()
    bend, tile = tile_fbm(dice, 512, 2, 3), tile_fbm(dice, 512, 3, 4, 0.4)
    u, v = x / 48, z / 48 + np.float32(dice.uniform(0, 1))
    wave = (u * 0.6 + v * 2.4 + sample(bend, u * 0.8, v * 0.8) * 0.55) * 1.15
    saw = np.asarray(wave - np.floor(wave), dtype=np.float32)
    crest = np.where(saw < 0.72, (saw / 0.72) ** 1.6, ((1 - saw) / 0.28) ** 1.1)
    swell = sample(tile, u * 0.7, v * 0.7)
    big = np.clip(0.55 + 0.4 * swell, 0.1, 1.2)
    ground = (crest * big * 2.5 + swell * 0.9) * smoothstep(0.6, 5.0, z)
    ripple = np.sin((v * 260 + u * 30 + sample(bend, u * 5, v * 5) * 5) * np.float32(2.2))
    bumpy = ground + ripple * (0.012 * (0.3 + np.exp(-z / 14)))
    sun_on = shade(view, bumpy.astype(np.float32), sun)
    bright = smoothstep(0.02, 0.75, sun_on)
    body = ramp(sand, np.clip(bright * 0.85 + 0.1 * swell + 0.05, 0, 1))
    grit = dice.standard_normal(body.shape[:2], dtype=np.float32) * np.exp(-z / 12) * 0.06
    body = body * (1 + grit)[..., None]
    seen = look(view, ground)
    land = _through_air(view, seen, body, light(haze), reach)
    return _over(heavens(plate, dice, sky, horizon, sun, 0.12), land, seen)


def fields(
    plate: Plate,
    dice: Dice,
    *,
    sky: Sequence[str],
    crops: Sequence[str],
    haze: str,
    sun: Sun,
    horizon: float = 0.4,
    reach: float = 90.0,
) -> Field:
    """Rolling farmland: plots of several crops, drilled rows, hedges, long light."""
    view = View(plate, 7.0, horizon, 7.0, 190.0, 1.5)
    x, z = view.grid()
    tile, grain = tile_fbm(dice, 512, 3, 3, 0.35), tile_fbm(dice, 512, 24, 4, 0.7)
    u, v = x / 110 + np.float32(dice.uniform(0, 1)), z / 110
    ground = (sample(tile, u, v) * 5.2 + smoothstep(60, 190, z) * 6).astype(np.float32)
    bend = sample(tile, u * 0.6 + 0.3, v * 0.6)
    plot = np.floor(u * 7 + bend * 1.6) * 7 + np.floor(v * 6 + bend * 1.3) * 13
    pick = np.asarray(np.sin(plot * 12.9898) * 43758.5, dtype=np.float32)
    pick = pick - np.floor(pick)
    across, down = u * 7 + bend * 1.6, v * 6 + bend * 1.3
    edge = np.minimum(np.abs(across - np.rint(across)), np.abs(down - np.rint(down)))
    lines = np.where(pick > 0.5, across * 95, down * 105 + across * 20)
    fine = np.clip(30 / z, 0, 1) ** 1.2
    rows = np.sin(lines * 6.283) * fine
    tuft = sample(grain, u * 9, v * 9)
    tone = np.clip(pick + 0.07 * rows + 0.08 * tuft, 0, 1).astype(np.float32)
    hedge = smoothstep(0.022, 0.012, np.asarray(edge + 0.006 * tuft, dtype=np.float32))
    raised = ground + hedge * (0.5 + 0.35 * tuft) + 0.05 * rows
    bright = shade(view, raised.astype(np.float32), sun)
    body = mix(ramp(crops, tone), light("1f2a14"), hedge * 0.85)
    body = body * (bright[..., None] * 2.4 * light(sky[1]) + light(sky[-1]) * 0.35)
    seen = look(view, raised.astype(np.float32))
    land = _through_air(view, seen, body, light(haze), reach)
    return _over(heavens(plate, dice, sky, horizon, sun, 0.6), land, seen)


def forest_ridges(
    plate: Plate, dice: Dice, *, tones: Sequence[str], layers: int = 7, top: float = 0.3
) -> Field:
    """Wooded ridges behind one another in mist; `tones` from the sky to the nearest ridge."""
    _, y = plate.axes()
    shape = (plate.height, plate.width)
    back = ramp(tones[:3], np.broadcast_to(np.clip(y / 0.7, 0, 1), shape))
    picture = back * (1 + 0.25 * np.exp(-((y - top) ** 2) * 14)[..., None])
    for layer in range(layers):
        near = (layer + 1) / layers
        level = top + (0.98 - top) * near**1.25
        skyline = level + 0.13 * (0.4 + near * 0.5) * (plate.contour(dice, 1.6) - 0.2)
        slope = skyline[None, :]
        skyline = skyline - trees(plate, dice, 0.004 + 0.075 * near**2.2)
        cover = np.clip((y - skyline[None, :]) * plate.height + 0.5, 0, 1)
        mist = smoothstep(-0.03, 0.24, np.asarray(y - slope, dtype=np.float32))
        swirl = np.clip(mist + 0.22 * plate.fbm(dice, 3.0, 4, 0.5, 3.0) * mist, 0, 1)
        dark = ramp(tones, np.full((1, 1), 0.25 + 0.75 * near, dtype=np.float32))
        pale = ramp(tones, np.full((1, 1), max(0.1, 0.62 * near - 0.05), dtype=np.float32))
        body = dark + (pale - dark) * (swirl * (1 - 0.45 * near))[..., None]
        picture = mix(picture, body.astype(np.float32), cover.astype(np.float32))
    return np.asarray(picture, dtype=np.float32)


def trees(plate: Plate, dice: Dice, height: float) -> Field:
    """Heights (columns,) of a stand of conifers in plate heights, the tallest about `height`."""
    tall = np.zeros(plate.width, dtype=np.float32)
    pixels = height * plate.height
    for _ in range(int(plate.width / max(pixels * 0.16, 0.7))):
        centre, size = int(dice.integers(plate.width)), pixels * dice.uniform(0.35, 1.0)
        half = max(int(size * 0.2), 1)
        reach = np.arange(-half, half + 1)
        crown = 1 - (np.abs(reach) / (half + 0.5)) ** 0.85
        crown = crown + 0.10 * np.sin(np.abs(reach) * 9.0 / half * 3.1) * (crown < 0.85)
        where = np.clip(centre + reach, 0, plate.width - 1)
        tall[where] = np.maximum(tall[where], size * crown)
    return np.asarray(blur(np.tile(tall, (2, 1)), 0.5)[0] / plate.height, dtype=np.float32)
