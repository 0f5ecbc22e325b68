"""Surfaces seen close: wood, marble, sand, cloth, rust, paper, ice, plaster, light in water."""

from collections.abc import Sequence

import numpy as np

from demo.adapters.raster import Field, resize
from demo.painter.colour import light, mix, ramp
from demo.painter.field import Dice, Plate, lit, sample, smoothstep, tile_fbm

Sun = tuple[float, float, float]


def _rake(plate: Plate, amount: float, angle: float = 0.6) -> Field:
    """Light that falls off across the plate from one side."""
    x, y = plate.axes()
    along = (x / plate.aspect - 0.5) * np.cos(angle) + (y - 0.5) * np.sin(angle)
    return np.asarray(np.exp(-amount * along), dtype=np.float32)


def wood(
    plate: Plate, dice: Dice, *, tones: Sequence[str], boards: int = 4, upright: bool = False
) -> Field:
    """Planed boards: growth rings cut lengthwise, pores, a few knots, dark seams."""
    x, y = plate.axes()
    if upright:
        x, y = y * plate.aspect, x / plate.aspect
    x, y = np.broadcast_arrays(x, y)
    x, y = np.ascontiguousarray(x), np.ascontiguousarray(y)
    board = np.floor(y * boards)
    own = dice.random((3, boards + 1), dtype=np.float32)
    pick = board.astype(np.int32)
    shift, hue, seed = own[0][pick], own[1][pick], own[2][pick]
    bend, fine = tile_fbm(dice, 512, 4, 4), tile_fbm(dice, 512, 16, 5, 0.7)
    u, v = x * 0.22 + shift * 3, y * 0.6 + seed * 7
    rings = (y * boards - board - 0.5) * 1.6 + sample(bend, u, v) * 0.75
    for knot in range(3):
        kx, ky = dice.uniform(0.1, 0.95) * plate.aspect, (dice.integers(boards) + 0.5) / boards
        far = np.hypot((x - kx) * 0.55, y - ky) * boards
        rings = rings + (0.9 + 0.2 * knot) * np.exp(-far * far * 5)
    grown = rings * (9 + 5 * hue) + shift * 20
    saw = grown - np.floor(grown)
    late = smoothstep(0.35, 0.92, np.asarray(saw, np.float32)) * smoothstep(1.0, 0.94, saw)
    fibre = sample(fine, x * 0.11 + seed, y * 5.1) + 0.6 * sample(fine, x * 0.3, y * 13.3 + seed)
    pores = smoothstep(0.9, 1.5, sample(fine, x * 0.45 + shift, y * 21.0))
    tone = 0.42 + 0.34 * (hue - 0.5) - 0.24 * late + 0.085 * fibre + 0.07 * sample(bend, u * 2, v)
    seam = np.abs(y * boards - np.rint(y * boards)) / boards
    gap = smoothstep(0.0045, 0.0015, np.asarray(seam, dtype=np.float32)) * (y > 0.01) * (y < 0.99)
    picture = ramp(tones, np.clip(tone, 0, 1).astype(np.float32))
    picture = picture * (1 - 0.42 * pores)[..., None]
    relief = lit((fibre * 0.25 - gap * 5 - late * 0.2).astype(np.float32), (-0.5, -0.6, 0.9), 1.6)
    shine = relief * 1.25 * _rake(plate, 0.5)
    return picture * shine[..., None] * (1 - 0.8 * gap)[..., None].astype(np.float32) * 1.6


def marble(plate: Plate, dice: Dice, *, tones: Sequence[str], vein: str, gold: str = "") -> Field:
    """Polished stone: clouded ground, long veins that branch, a thin bright one now and then."""
    x, y = plate.axes()
    drift = plate.fbm(dice, 1.2, 5, 0.5) * 0.35
    diagonal = (x * 0.55 + y * 0.85) * 1.5
    ground = 0.5 + 0.35 * plate.fbm(dice, 2.2, 7, 0.55) + 0.2 * np.sin(diagonal * 3 + drift * 6)
    picture = ramp(tones, np.clip(ground, 0, 1).astype(np.float32))
    for cells, width, strength in ((0.8, 0.055, 1.0), (1.5, 0.04, 0.9), (3.2, 0.022, 0.7)):
        field = 0.62 * plate.fbm(dice, cells, 7, 0.47) + 1.1 * diagonal
        line = np.abs(field - np.rint(field * 0.9) / 0.9)
        fade = np.clip(0.55 + 0.9 * plate.noise(dice, cells * 1.5), 0, 1)
        soft = np.exp(-line / width) * 0.5 + np.exp(-((line * 5 / width) ** 2))
        picture = mix(picture, light(vein), np.clip(soft * fade * np.float32(strength), 0, 0.95))
    if gold:
        line = np.abs(0.6 * plate.fbm(dice, 1.0, 7, 0.47) + 0.9 * diagonal - 1.4)
        amount = np.exp(-((line / 0.03) ** 2)) * np.clip(0.6 + plate.noise(dice, 4), 0, 1)
        glint = 0.7 + 0.9 * np.clip(plate.noise(dice, 60), 0, 1)
        picture = mix(picture, light(gold) * glint[..., None], amount)
    cloud = 1 + 0.05 * plate.fbm(dice, 30, 4, 0.7)
    return picture * (cloud * _rake(plate, 0.25))[..., None]


def sand_ripples(plate: Plate, dice: Dice, *, tones: Sequence[str], sun: Sun, fine: float = 15.0
                 ) -> Field:  # fmt: skip
    """Wind ripples in low light, forking and running together, every grain lit."""
    x, y = plate.axes()
    bend = plate.fbm(dice, 1.6, 4, 0.5)
    wave = (y * 1.0 + x * 0.28 + 0.07 * bend + 0.012 * plate.noise(dice, 9)) * fine
    saw = np.asarray(wave - np.floor(wave), dtype=np.float32)
    crest = np.where(saw < 0.68, (saw / 0.68) ** 1.5, ((1 - saw) / 0.32) ** 1.2).astype(np.float32)
    low = 0.75 + 0.35 * plate.noise(dice, 2.5)
    grit = plate.noise(dice, plate.height / 3.2)
    relief = crest * low * plate.height / fine * 0.19 + bend * plate.height * 0.03
    bright = lit(relief + grit * 0.35, sun, 1.0)
    tone = np.clip(bright * 0.95 + 0.06 * bend + 0.035 * grit, 0, 1)
    return ramp(tones, tone) * _rake(plate, 0.5, -0.4)[..., None] * 1.35


def weave(
    plate: Plate,
    dice: Dice,
    *,
    warp_colours: Sequence[str],
    weft: str,
    threads: int = 70,
    twill: bool = False,
) -> Field:
    """Cloth close enough to count threads: over and under, slubs, a soft fold of light."""
    x, y = plate.axes()
    sway = plate.fbm(dice, 3, 4) * 0.10
    u = x * threads + sway + 0.10 * plate.noise(dice, 14, 0.2)
    v = y * threads + plate.fbm(dice, 3, 4) * 0.10 + 0.10 * plate.noise(dice, 14, 5)
    column, row = np.floor(u), np.floor(v)
    over = ((column + row) % 4 < 2) if twill else ((column + row) % 2 < 1)
    across, down = u - column - 0.5, v - row - 0.5
    slub = dice.uniform(0.72, 1.05, (2, 4 * threads + 8)).astype(np.float32)
    thick_u = slub[0][np.clip(column, 0, 4 * threads).astype(np.int32)]
    thick_v = slub[1][np.clip(row, 0, 4 * threads).astype(np.int32)]
    round_u = np.sqrt(np.clip(1 - (across * 2 / thick_u) ** 2, 0, 1))
    round_v = np.sqrt(np.clip(1 - (down * 2 / thick_v) ** 2, 0, 1))
    arch_u, arch_v = np.cos(down * 2.6), np.cos(across * 2.6)
    height = np.where(over, round_u * arch_u, round_v * arch_v).astype(np.float32)
    band = np.clip(column * len(warp_colours) / (threads * plate.aspect), 0, 0.999)
    kind = ((column * 7 + np.floor(band * 5)) % len(warp_colours)).astype(np.int32)
    yarn = np.array([light(colour) for colour in warp_colours])[kind]
    tint = np.where(over[..., None], yarn, light(weft))
    strand = plate.noise(dice, plate.height / 3, 0.35) * 0.10
    strand = np.where(over, strand, plate.noise(dice, plate.height / 3, 3.0) * 0.10)
    fold = plate.fbm(dice, 0.9, 3, 0.4)
    bright = lit(height * 0.42 * plate.height / threads, (-0.6, -0.55, 0.7), 1.0)
    shine = (0.25 + 0.95 * bright) * (0.35 + 0.65 * height) * (1 + strand) * (1 + 0.35 * fold)
    return np.asarray(
        tint * (shine * _rake(plate, 0.5))[..., None].astype(np.float32) * 1.7, dtype=np.float32
    )


def rust(plate: Plate, dice: Dice, *, paint: str, tones: Sequence[str], wear: float = 0.5) -> Field:
    """Old paint over iron: flaking edges with shadows, scale, streaks run down by rain."""
    shape = plate.fbm(dice, 2.4, 8, 0.56)
    bite = plate.fbm(dice, 16, 6, 0.6)
    bare = smoothstep(0.02, 0.10, shape + 0.16 * bite + np.float32(wear - 0.62))
    scale = plate.ridges(dice, 14, 6, 0.62)
    grit = plate.fbm(dice, 90, 4, 0.75)
    iron = np.clip(0.46 + 0.42 * plate.fbm(dice, 5, 6, 0.6) * 0.8 + 0.10 * grit - 0.2 * scale, 0, 1)
    metal = ramp(tones, iron)
    run = plate.noise(dice, 22, 0.06) * 0.6 + plate.noise(dice, 60, 0.08) * 0.4
    streak = smoothstep(0.1, 0.9, run + 0.4 * shape) * (1 - bare) * 0.55
    coat = light(paint) * (1 + 0.06 * plate.fbm(dice, 4, 6, 0.6) + 0.03 * grit)[..., None]
    coat = mix(coat, light(tones[len(tones) // 2]), streak)
    crackle = smoothstep(0.80, 0.92, plate.ridges(dice, 9, 3, 0.45)) * (1 - bare)
    coat = coat * (1 - 0.5 * crackle)[..., None]
    relief = (1 - bare) * 2.6 + 0.9 * grit * bare + 0.5 * scale * bare - crackle
    bright = lit(relief.astype(np.float32), (-0.55, -0.65, 0.75), 1.1 * plate.height / 900)
    picture = mix(coat, metal, bare)
    return picture * (bright * 1.75 * _rake(plate, 0.45))[..., None]


def crumpled(plate: Plate, dice: Dice, *, colour: str, back: str, facets: int = 190,
             sun: Sun = (-0.75, -0.5, 0.55)) -> Field:  # fmt: skip
    """A sheet of paper crushed and opened again: flat facets, sharp folds, one raking light."""
    small = Plate(plate.height // 2, plate.width // 2)
    relief = np.zeros((small.height, small.width), dtype=np.float32)
    x, y = small.axes()
    bend = small.fbm(dice, 3, 4, 0.5) * 0.012
    for _ in range(facets):
        angle, size = dice.uniform(0, 6.283), dice.uniform(0.05, 0.30)
        cx, cy = dice.uniform(0, small.aspect), dice.uniform(0, 1)
        along = (x - cx) * np.cos(angle) + (y - cy) * np.sin(angle) + bend
        far = (x - cx) ** 2 + (y - cy) ** 2
        fold = np.exp(-far / np.float32(size * size)) * np.abs(along)
        relief += np.float32(dice.uniform(-0.34, 0.34)) * fold.astype(np.float32)
    relief *= small.height
    bright = lit(relief, sun, 1.0)
    tone = resize(bright, plate.height, plate.width)
    dent = resize(np.clip(relief / small.height * 4 + 0.5, 0, 1), plate.height, plate.width)
    fibre = plate.fbm(dice, 220, 3, 0.8)
    tone = np.clip(tone * 1.05 + 0.12 * (dent - 0.5), 0.02, 1.3) * (1 + 0.02 * fibre)
    dark = np.broadcast_to(light(back), (*tone.shape, 3))
    picture = mix(dark, light(colour), np.clip(tone, 0, 1))
    return np.asarray(
        picture * (0.25 + 1.15 * tone * _rake(plate, 0.35))[..., None], dtype=np.float32
    )


def ice(plate: Plate, dice: Dice, *, depths: Sequence[str], white: str = "f2fbff") -> Field:
    """Clear lake ice from above: cracks that cross at depth, frozen bubbles, dusted frost."""
    x, y = plate.axes()
    bend = plate.fbm(dice, 1.5, 5)
    deep = np.clip(0.5 + 0.4 * plate.fbm(dice, 1.3, 6, 0.5), 0, 1)
    picture = ramp(depths, deep)
    for layer in range(4):
        field = plate.fbm(dice, 0.9 + 0.45 * layer, 3, 0.2) + 0.035 * plate.ridges(dice, 9, 4)
        level = np.abs(field - np.float32(dice.uniform(-0.4, 0.4)))
        core = np.exp(-((level / 0.006) ** 2)) * np.clip(0.5 + plate.noise(dice, 4), 0, 1)
        plane = smoothstep(0.035, 0.0, level) * plate.ridges(dice, 7, 5, 0.6) ** 2
        amount = np.clip(core * (0.8 - 0.14 * layer) + 0.5 * plane, 0, 1)
        picture = mix(picture, light(white), amount)
    for _ in range(420):
        cx, cy = dice.uniform(0, plate.aspect), dice.uniform(0, 1)
        size = 0.002 + 0.011 * dice.random() ** 3
        left, top = int((cx - size) * plate.height), int((cy - size) * plate.height)
        right, low = int((cx + size) * plate.height) + 2, int((cy + size) * plate.height) + 2
        part = np.s_[max(top, 0) : low, max(left, 0) : right]
        far = np.hypot(x[:, part[1]] - cx, y[part[0]] - cy) / size
        disc = smoothstep(1.0, 0.9, far.astype(np.float32)) * (0.25 + 0.5 * np.clip(far, 0, 1) ** 4)
        picture[part] = mix(picture[part], light(white), disc.astype(np.float32) * 0.55)
    frost = smoothstep(0.6, 2.6, plate.fbm(dice, 3, 8, 0.68) + 0.3 * bend)
    return mix(picture, light(white), frost * 0.3) * _rake(plate, 0.4)[..., None] * 1.15


def caustics(plate: Plate, dice: Dice, *, depths: Sequence[str], bright: str = "f4fff6") -> Field:
    """Sunlight drawn on the floor of a pool through moving water."""
    drift_x, drift_y = plate.fbm(dice, 2.6, 3, 0.5), plate.fbm(dice, 2.6, 3, 0.5)
    x, y = plate.axes()
    net = np.zeros((plate.height, plate.width), dtype=np.float32)
    tile = tile_fbm(dice, 512, 8, 3, 0.4)
    for turn, pace in ((0.0, 0.62), (1.1, 0.85), (2.3, 1.15)):
        u = (x * np.cos(turn) + y * np.sin(turn)) * pace + 0.09 * drift_x
        v = (-x * np.sin(turn) + y * np.cos(turn)) * pace + 0.09 * drift_y
        net += np.exp(-np.abs(sample(tile, u.astype(np.float32), v.astype(np.float32))) * 5.0)
    lines = np.clip(net - 0.75, 0, 3) ** 2.2
    base = np.clip(0.45 + 0.28 * plate.fbm(dice, 1.0, 3) + 0.25 * (y - 0.5), 0, 1)
    picture = ramp(depths, base.astype(np.float32)) * (0.8 + 0.25 * net)[..., None]
    return np.asarray(picture + light(bright) * (lines * 0.34)[..., None], dtype=np.float32)


def plaster(plate: Plate, dice: Dice, *, tones: Sequence[str], shadow: str = "") -> Field:
    """A limewashed wall, trowel marks in late light; the `shadow` of a window's bars if asked."""
    x, y = plate.axes()
    wash = plate.fbm(dice, 2.0, 7, 0.58)
    trowel = plate.ridges(dice, 5, 6, 0.55) + 0.5 * plate.fbm(dice, 6, 5, 0.6, 4.0)
    grit = plate.fbm(dice, 150, 3, 0.8)
    bright = lit(trowel * 5.5 + grit * 0.55, (-0.8, -0.45, 0.6), plate.height / 1400)
    picture = ramp(tones, np.clip(0.5 + 0.34 * wash + 0.03 * grit, 0, 1))
    fall = _rake(plate, 0.8, 0.5)
    if shadow:
        u = (x - 0.25 * y - 0.35 * plate.aspect) * 3.4 + 0.012 * wash
        v = (y + 0.16 * x - 0.28) * 2.9
        inside = smoothstep(0.0, 0.05, u) * smoothstep(2.0, 1.95, u)
        inside = inside * smoothstep(0.0, 0.05, v) * smoothstep(2.0, 1.95, v)
        bars = smoothstep(0.02, 0.06, np.abs(u - 1)) * smoothstep(0.02, 0.06, np.abs(v - 1))
        pane = (inside * bars).astype(np.float32)
        picture = mix(picture * light(shadow), picture * np.float32(1.5), pane)
    return picture * (bright * 1.6 * fall)[..., None]
