"""Pictures of nothing: flow, ink, contour lines, colour fields, cut paper, glass, attractors."""

from collections.abc import Sequence

import numpy as np

from demo.adapters.raster import Field, resize
from demo.painter.colour import light, mix, ramp
from demo.painter.field import Dice, Plate, blur, counts, lit, slopes, smoothstep, warp


def ink(plate: Plate, dice: Dice, *, tones: Sequence[str], folds: float = 1.0) -> Field:
    """Pigment folded through water: noise warped by noise, twice, with light on the folds."""
    pixels = np.float32(plate.height * 0.30 * folds)
    first_x, first_y = plate.fbm(dice, 1.3, 4, 0.45), plate.fbm(dice, 1.3, 4, 0.45)
    base = plate.fbm(dice, 1.6, 6, 0.5)
    second = warp(base, first_x * pixels, first_y * pixels)
    third = warp(plate.fbm(dice, 1.4, 7, 0.48), second * pixels, first_x * pixels * 0.8)
    tone = np.clip(0.5 + 0.42 * third + 0.12 * second, 0, 1)
    picture = ramp(tones, tone)
    sheen = lit(third + 0.3 * second, (-0.6, -0.6, 0.75), plate.height * 0.05)
    return picture * (0.35 + 1.15 * sheen)[..., None]


def flow(
    plate: Plate,
    dice: Dice,
    *,
    tones: Sequence[str],
    ground: str,
    strands: int = 2600,
    steps: int = 420,
    curl: float = 1.0,
) -> Field:
    """Threads carried by one field of directions, laid over one another until they glow."""
    angle = plate.fbm(dice, 0.85, 3, 0.35) * np.float32(2.4 * curl) + np.float32(dice.uniform(0, 6))
    x = dice.uniform(-0.1, 1.1, strands) * plate.width
    y = dice.uniform(-0.1, 1.1, strands) * plate.height
    tint = np.clip(x / plate.width + 0.18 * dice.standard_normal(strands), 0, 1)
    colours = ramp(tones, tint.astype(np.float32)[None, :])[0]
    weight = (0.25 + dice.random(strands) ** 3 * 2.2)[:, None] * colours
    pace = plate.height / 900
    cells, lights = [], []
    for _ in range(steps):
        column, row = x.astype(np.int32), y.astype(np.int32)
        inside = (column >= 0) & (column < plate.width) & (row >= 0) & (row < plate.height)
        cells.append((row * plate.width + column)[inside])
        lights.append(weight[inside])
        turn = angle[np.clip(row, 0, plate.height - 1), np.clip(column, 0, plate.width - 1)]
        x, y = x + np.cos(turn) * pace, y + np.sin(turn) * pace
    where, light_in = np.concatenate(cells), np.concatenate(lights)
    size = plate.height * plate.width
    sums = [np.bincount(where, light_in[:, i], size).reshape(plate.height, -1) for i in range(3)]
    thread = np.stack(sums, axis=-1) * np.float32(0.75 * (plate.height / 1416) ** 2)
    soft = np.stack([blur(thread[..., i], plate.height / 500) for i in range(3)], axis=-1)
    return np.asarray(light(ground) + soft * 0.8 + thread * 0.4, dtype=np.float32)


def contours(
    plate: Plate, dice: Dice, *, line: str, ground: Sequence[str], levels: float = 34.0
) -> Field:
    """A map of no place: even contour lines of one width over washes of colour."""
    height = plate.fbm(dice, 1.25, 4, 0.36)
    across, down = slopes(height)
    steep = np.sqrt(across**2 + down**2) * np.float32(levels / 2.2) + 1e-6
    phase = height * np.float32(levels / 2.2)
    off = np.abs(phase - np.rint(phase)) / steep
    index = np.abs(np.rint(phase) % 5) < 0.5
    width = np.where(index, 3.0, 1.5) * plate.height / 1400
    drawn = np.clip(width - off + 0.5, 0, 1) * np.where(index, 1.0, 0.75)
    wash = np.clip(0.5 + 0.4 * height + 0.05 * plate.fbm(dice, 8, 6, 0.6), 0, 1)
    paper = ramp(ground, wash) * (1 + 0.025 * plate.fbm(dice, 200, 3, 0.8))[..., None]
    fade = smoothstep(0.5, 0.2, steep)
    return mix(paper, light(line), (drawn * fade).astype(np.float32))


def colour_field(
    plate: Plate, dice: Dice, *, ground: str, bands: Sequence[tuple[str, float, float]]
) -> Field:
    """Soft-edged blocks of colour floating on a ground: (colour, from, to) down the plate."""
    x, y = plate.axes()
    brush = plate.fbm(dice, 5, 7, 0.62, 3.0)
    weave = plate.fbm(dice, 150, 3, 0.8)
    picture = np.broadcast_to(light(ground), (plate.height, plate.width, 3))
    picture = picture * (1 + 0.10 * brush + 0.03 * weave)[..., None]
    for colour, top, low in bands:
        ragged = 0.012 * plate.fbm(dice, 14, 5, 0.65)
        inset = 0.085 + 0.01 * dice.random()
        inside = np.minimum(np.minimum(y - top, low - y), np.minimum(x, plate.aspect - x) - inset)
        cover = smoothstep(-0.012, 0.030, np.asarray(inside + ragged, dtype=np.float32))
        strokes = 1 + 0.16 * plate.fbm(dice, 3.5, 7, 0.6, 2.0) + 0.05 * weave
        layer = light(colour) * strokes[..., None]
        glow = 1 + 0.25 * np.exp(-((y - (top + low) / 2) ** 2) * 30)
        picture = mix(picture, layer * glow[..., None], cover * (0.86 + 0.08 * np.tanh(brush)))
    return np.maximum(picture, 0)


def cut_paper(
    plate: Plate, dice: Dice, *, tones: Sequence[str], layers: int = 9, tilt: float = 0.35
) -> Field:
    """Sheets of paper cut in waves and laid one over the next, each throwing a soft shadow."""
    x, y = plate.axes()
    picture = np.zeros((plate.height, plate.width, 3), dtype=np.float32)
    fibre = 1 + 0.03 * plate.fbm(dice, 180, 3, 0.8)
    for layer in range(layers + 1):
        part = layer / layers
        wave = plate.contour(dice, 0.9, 1) * 0.10 + plate.contour(dice, 2.2, 1) * 0.025
        edge = y - tilt * (x / plate.aspect - 0.5) - (part * 1.15 - 0.15) + wave[None, :] * 1.3
        edge = np.asarray(edge, dtype=np.float32)
        cover = np.clip(edge * plate.height + 0.5, 0, 1)
        if layer == 0:
            cover = np.ones_like(cover)
        shade = np.exp(-np.clip(-edge - 0.002, 0, 1) / 0.028) * (edge < 0.0)
        picture = picture * (1 - 0.62 * shade)[..., None].astype(np.float32)
        colour = ramp(tones, np.full((1, 1), part, dtype=np.float32))
        lamp = 1.0 + 0.35 * np.exp(-np.clip(edge, 0, 1) / 0.10) - 0.25 * (x / plate.aspect)
        lamp = lamp * fibre
        rim = 1 + 0.5 * np.exp(-np.clip(edge, 0, 1) * plate.height / 2.0)
        picture = mix(picture, colour * (lamp * rim)[..., None], cover)
    return picture * 1.25


def stained_glass(
    plate: Plate, dice: Dice, *, tones: Sequence[str], cells: int = 90, lead: str = "0a0908"
) -> Field:
    """Panes of poured glass in lead, light behind them: cells round scattered points."""
    small = Plate(plate.height // 2, plate.width // 2)
    x, y = small.axes()
    px, py = dice.uniform(0, small.aspect, cells), dice.uniform(0, 1, cells)
    bend = small.fbm(dice, 2.0, 3) * 0.02
    first = np.full((small.height, small.width), 9.0, dtype=np.float32)
    second, owner = first.copy(), np.zeros(first.shape, dtype=np.int32)
    for number in range(cells):
        far = np.hypot(x - px[number] + bend, y - py[number] + bend).astype(np.float32)
        closer = far < first
        second = np.where(closer, first, np.minimum(second, far))
        owner[closer] = number
        first = np.minimum(first, far)
    tint = np.clip((px / small.aspect + py) / 2 + 0.22 * dice.standard_normal(cells), 0, 1)
    pane = ramp(tones, tint.astype(np.float32)[None, :])[0][owner]
    gap = second - first
    pour = small.fbm(dice, 9, 5, 0.55)
    seed = smoothstep(1.2, 1.7, small.fbm(dice, 60, 3, 0.6))
    glow = 0.75 + 0.32 * pour + 0.5 * seed + 0.9 * np.exp(-first * 9) * 0.5
    level = 1.25 - 0.6 * np.hypot(x / small.aspect - 0.42, y - 0.38)
    picture = pane * (glow * level * 1.5)[..., None]
    big = np.stack([resize(picture[..., i], plate.height, plate.width) for i in range(3)], axis=-1)
    seam = resize(gap, plate.height, plate.width)
    cover = smoothstep(0.013, 0.009, seam)
    ridge = lit(np.sqrt(np.clip(0.013 - seam, 0, 1)), (-0.6, -0.6, 0.6), plate.height / 22)
    came = light(lead) + (0.09 * ridge**3)[..., None]
    return mix(np.maximum(big, 0), came, cover)


def attractor(
    plate: Plate,
    dice: Dice,
    *,
    tones: Sequence[str],
    shape: Sequence[float] = (-1.4, 1.6, 1.0, 0.7),
    points: int = 60_000,
    rounds: int = 60,
) -> Field:
    """Smoke without fire: where the orbits of one small rule go most often.

    Source: Clifford's map, x' = sin(a y) + c cos(a x), y' = sin(b x) + d cos(b y).
    """
    a, b, c, d = (float(part) for part in shape)
    x = dice.uniform(-1, 1, points).astype(np.float32)
    y = dice.uniform(-1, 1, points).astype(np.float32)
    cells, pace = [], []
    scale = np.float32(0.47 * min(plate.height / (1 + abs(d)), plate.width / (1 + abs(c))))
    for step in range(rounds + 8):
        nx = np.sin(a * y) + c * np.cos(a * x)
        ny = np.sin(b * x) + d * np.cos(b * y)
        travelled = np.abs(nx - x) + np.abs(ny - y)
        x, y = nx, ny
        if step < 8:
            continue
        column = (x * scale + plate.width / 2).astype(np.int32)
        row = (y * scale + plate.height / 2).astype(np.int32)
        inside = (column >= 0) & (column < plate.width) & (row >= 0) & (row < plate.height)
        cells.append((row * plate.width + column)[inside].astype(np.int64))
        pace.append(travelled[inside])
    where = np.concatenate(cells)
    dense = counts(where, plate.height, plate.width)
    size = plate.height * plate.width
    speed = np.bincount(where, np.concatenate(pace), size).reshape(dense.shape)
    hue = blur((speed / np.maximum(dense, 1)).astype(np.float32), 2.0) / 4.5
    smoke = np.maximum(blur(dense, plate.height / 700), 0)
    level = np.log1p(smoke * np.float32(2.2 / max(float(smoke.mean()), 1e-6))) / 4.6
    return ramp(tones, np.clip(hue, 0, 1)) * (level**1.5)[..., None] * 2.0 + light("050608")


def bokeh(plate: Plate, dice: Dice, *, tones: Sequence[str], ground: str, lamps: int = 90) -> Field:
    """Lights far out of focus: overlapping discs with bright rims, large ones faint."""
    x, y = plate.axes()
    shade = 1 + 0.5 * plate.fbm(dice, 0.8, 3)
    picture = np.broadcast_to(light(ground), (plate.height, plate.width, 3)) * shade[..., None]
    picture = picture.astype(np.float32)
    colours = ramp(tones, dice.random((1, lamps), dtype=np.float32))[0]
    for number in range(lamps):
        size = 0.018 + 0.085 * dice.random() ** 2
        cx = dice.uniform(0, plate.aspect)
        cy = np.clip(0.55 + 0.2 * dice.standard_normal() + 0.1 * np.sin(cx * 3), 0, 1)
        left, top = int((cx - size) * plate.height), int((cy - size) * plate.height)
        right, low = int((cx + size) * plate.height) + 2, int((cy + size) * plate.height) + 2
        part = np.s_[max(top, 0) : low, max(left, 0) : right]
        far = np.hypot(x[:, part[1]] - cx, y[part[0]] - cy) / size
        disc = smoothstep(1.0, 0.955, far.astype(np.float32))
        rim = 0.55 + 0.45 * smoothstep(0.7, 0.97, far.astype(np.float32))
        power = 0.9 * (0.03 / size) ** 0.9 * dice.uniform(0.3, 1.0)
        picture[part] += colours[number] * (disc * rim)[..., None] * np.float32(power)
    return picture
