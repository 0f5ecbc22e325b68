"""Water in perspective: swell, glitter, the far horizon, coasts, and still exposures."""

from collections.abc import Sequence

import numpy as np

from demo.adapters.raster import Field
from demo.painter.colour import light, mix, ramp
from demo.painter.field import Dice, Plate, blur, sample, smoothstep, tile_fbm, warp
from demo.painter.scenes.land import Sun, heavens
from demo.painter.terrain import View, creased, look, shade


def swell_tile(dice: Dice, size: int, wind: float, phase: float = 0.0) -> Field:
    """A tile of wind waves that repeats in space and, from `phase` 0 to 1, in time; deviation 1.

    Source: Phillips' spectrum; deep water's waves travel with the root of their wave number.
    """
    k = np.fft.fftfreq(size, 1 / size)
    kx, ky = k[None, :], k[:, None]
    length = np.hypot(kx, ky)
    length[0, 0] = 1.0
    along = (kx * np.cos(wind) + ky * np.sin(wind)) / length
    power = np.exp(-((2.2 / length) ** 2)) / length**3.6 * along**2 * (along > 0)
    power *= np.exp(-((length / (size * 0.22)) ** 2))
    white = dice.standard_normal((2, size, size), dtype=np.float32) * np.sqrt(power)
    rounds = np.rint(0.6 * np.sqrt(length) + 0.3)
    spectrum = (white[0] + 1j * white[1]) * np.exp(-2j * np.pi * rounds * phase)
    waves = np.fft.ifft2(spectrum.astype(np.complex64)).real
    return np.asarray(waves / waves.std(), dtype=np.float32)


def ocean(
    plate: Plate,
    dice: Dice,
    *,
    sky: Sequence[str],
    water: str,
    sun: Sun,
    horizon: float = 0.42,
    chop: float = 0.5,
    glitter: float = 1.0,
    veil: float = 0.5,
    phase: float = 0.0,
    steps: int = 900,
    swell: int = 512,
) -> Field:
    """Open water under a sky: Fresnel's mirror, the sun's glitter, haze at the horizon."""
    view = View(plate, 2.4, horizon, 3.2, 900.0, 1.2, steps)
    heavenly = heavens(plate, dice, sky, horizon, sun, veil)
    broad = swell_tile(dice, swell, 1.9, phase)
    fine = swell_tile(dice, swell, 1.2, phase * 2)
    x, z = view.grid()
    u, v = x / 40, z / 40
    calm = 1 / (1 + (z / 60) ** 1.3)
    rough = sample(fine, u * 5.3, v * 5.3) * 0.06 + sample(fine, v * 17.0, u * 17.0) * 0.022
    waves = (sample(broad, u, v) * 0.24 + rough) * np.float32(chop)
    seen = look(view, (waves * calm).astype(np.float32))
    across = np.gradient(waves, axis=1) / np.gradient(x, axis=1) * calm**0.5
    away = np.gradient(waves, axis=0) / np.gradient(z, axis=0) * calm**0.5
    grazing = np.clip(2.4 / z - away, 0.0, None) + 0.015
    mirror = 0.02 + 0.98 * (1 - np.clip(grazing, 0, 1)) ** 5
    rise = np.clip(2.4 / z - 2 * away * (1 - 2.4 / z) + 0.16 * z / (z + 60), 0.0, 1.0)
    reflected = ramp(sky, (rise**0.75).astype(np.float32)) * 0.9
    depth = light(water) * (0.5 + 0.9 * np.clip(0.5 + waves / chop * 1.6, 0, 1.5))[..., None]
    body = mix(depth.astype(np.float32), reflected, mirror.astype(np.float32))
    body += _glints(view, across, away, sun, glitter)[..., None] * light(sky[0]) * 3
    mist = np.exp(-260 / z[:, :1])
    body = mix(body, ramp(sky, np.zeros((1, 1), np.float32)), np.tile(mist, (1, plate.width)))
    return mix(heavenly, seen.pick(body.astype(np.float32)), seen.cover)


def _glints(view: View, across: Field, away: Field, sun: Sun, strength: float) -> Field:
    """Light (steps, columns) of the sun's reflection on slopes, wider where waves are finer."""
    x, z = view.grid()
    east, up, north = (part / sum(p * p for p in sun) ** 0.5 for part in sun)
    sight = np.sqrt(x * x + z * z + 2.4 * 2.4)
    half = np.stack(np.broadcast_arrays(-x / sight + east, 2.4 / sight + up, -z / sight + north))
    tilt_x, tilt_z = half[0] / half[1] + across, half[2] / half[1] + away
    width = 0.012 + 0.035 * z / (z + 25)
    lobe = np.exp(-(tilt_x**2 + tilt_z**2 * 0.5) / width)
    return np.asarray(strength * 7 * lobe, dtype=np.float32)


def still_water(
    plate: Plate,
    dice: Dice,
    *,
    sky: Sequence[str],
    rock: Sequence[str],
    haze: str,
    sun: Sun,
    horizon: float = 0.45,
    mass: float = 0.3,
    veil: float = 0.7,
) -> Field:
    """A minutes-long exposure: rocks in a sea turned to silk, streaked clouds."""
    view = View(plate, 1.7, horizon, 2.4, 160.0, 1.25)
    x, z = view.grid()
    heavenly = heavens(plate, dice, sky, horizon, sun, veil)
    tile, fine = tile_fbm(dice, 512, 6, 7, 0.5) * 0.6 + 0.3, creased(dice, 512, 7, 6)
    u, v = x / 30, z / 30 + np.float32(dice.uniform(0, 1))
    base, detail = sample(tile, u, v), sample(fine, u * 6, v * 6)
    lump = np.clip(base - (1 - mass), 0, None)
    ground = 1.5 * np.tanh(lump * 2.2) + detail * 0.3 * np.clip(lump * 5 - 0.3, 0, 1) - 0.1
    bright = shade(view, ground.astype(np.float32), sun)
    body = ramp(rock, np.clip(detail * 0.8 + 0.2 * bright, 0, 1)) * (0.25 + 1.9 * bright)[..., None]
    tide = smoothstep(0.35, 0.02, np.asarray(ground, dtype=np.float32))
    body = mix(body.astype(np.float32), body.astype(np.float32) * 0.45, tide)
    seen = look(view, np.maximum(ground, 0).astype(np.float32))
    air = np.tile(1 - np.exp(-z / 70), (1, plate.width)).astype(np.float32)
    land = seen.pick(mix(body.astype(np.float32), light(haze), air))
    foam = seen.pick(_foam(plate, np.asarray(ground, dtype=np.float32), z))
    sea = _silk(plate, dice, heavenly, horizon)
    sea = mix(sea, light(haze) * 1.05, np.clip(foam, 0, 1) * 0.75)
    wet = seen.pick(smoothstep(0.03, -0.02, np.asarray(ground, dtype=np.float32)))
    return mix(heavenly, mix(land, sea, wet), seen.cover)


def _foam(plate: Plate, ground: Field, z: Field) -> Field:
    near = np.exp(-np.clip(blur(np.where(ground > 0, -1.0, 1.0).astype(np.float32), 14) + 1, 0, 2))
    return np.asarray(smoothstep(0.16, 0.75, near.astype(np.float32)) * 40 / (40 + z), np.float32)


def _silk(plate: Plate, dice: Dice, heavenly: Field, horizon: float) -> Field:
    """The sky in water without a wave: mirrored, blurred downwards, slightly darker."""
    _, y = plate.axes()
    drift = plate.fbm(dice, 5, 5, 0.55, 9.0) * plate.height * 0.02
    flip = 2 * (horizon - y) * plate.height + drift
    rows = [
        blur(warp(heavenly[..., i], drift * 0, flip.astype(np.float32)), plate.height / 60)
        for i in range(3)
    ]
    sheen = 1 + 0.10 * plate.fbm(dice, 7, 4, 0.5, 12.0)
    return np.stack(rows, axis=-1) * (np.float32(0.82) * sheen)[..., None]


def shore_from_above(
    plate: Plate,
    dice: Dice,
    *,
    depths: Sequence[str],
    sand: Sequence[str],
    angle: float = 0.6,
    surf: float = 1.0,
) -> Field:
    """A beach seen straight down: deep to shallow water, lines of surf, wet and dry sand."""
    x, y = plate.axes()
    along = x * np.cos(angle) + y * np.sin(angle)
    across = -x * np.sin(angle) + y * np.cos(angle)
    middle = -plate.aspect / 2 * np.sin(angle) + 0.5 * np.cos(angle)
    bend = plate.fbm(dice, 1.1, 4, 0.45) * 0.11
    shore = np.asarray(across - middle - 0.16 + bend + 0.03 * np.sin(along * 5), dtype=np.float32)
    reef = plate.fbm(dice, 6, 6, 0.55)
    deep = np.clip(-shore * 1.55 + 0.06 * reef, 0, 1)
    caustic = plate.ridges(dice, 42, 4, 0.6) ** 3
    sea = ramp(depths, deep.astype(np.float32))
    sea = sea * (1 + (caustic * 2.2 - 0.25) * np.exp(-deep * 5))[..., None]
    sea = mix(sea, light("0d3b46"), smoothstep(0.35, 0.9, reef) * smoothstep(0.12, 0.4, deep) * 0.5)
    grit = plate.fbm(dice, 180, 3, 0.8)
    ripple = plate.fbm(dice, 26, 4, 0.6, 2.0)
    dry = smoothstep(0.02, 0.15, shore + 0.01 * ripple)
    ground = ramp(sand, np.clip(dry * 0.8 + 0.06 * ripple, 0, 1)) * (1 + 0.05 * grit)[..., None]
    picture = mix(sea, ground, smoothstep(-0.012, 0.02, shore))
    return mix(picture, light("fbfdfb") * 1.15, _surf(plate, dice, shore) * np.float32(surf))


def _surf(plate: Plate, dice: Dice, shore: Field) -> Field:
    """How much foam lies at each signed distance from the shore: three broken lines and lace."""
    lace = plate.ridges(dice, 30, 5, 0.65)
    wander = plate.fbm(dice, 2.2, 4) * 0.022
    total = np.zeros_like(shore)
    for offset, width, weight in ((0.0, 0.016, 1.0), (-0.085, 0.03, 0.9), (-0.2, 0.026, 0.7)):
        place = shore - offset + wander * (1 - offset * 4)
        crest = np.exp(-((np.maximum(place, 0) / (width * 0.25)) ** 2))
        tail = np.exp(np.minimum(place, 0) / width)
        broken = smoothstep(0.34, 0.62, lace + 0.35 * tail + 0.08 * plate.noise(dice, 3))
        total = np.maximum(total, crest * tail * broken * weight)
    return np.asarray(np.clip(total * 1.25, 0, 1), dtype=np.float32)
