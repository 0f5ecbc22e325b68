"""Pictures made smaller by Lanczos' filter, on all that the processor has for it.

The wheel cykooz-resizer works in place on Pillow's pictures; Pillow does the modes it lacks.
"""

from math import ceil, nextafter

from cykooz_resizer import CropBox, FilterType, ResizeAlg, ResizeOptions, Resizer
from PIL import Image

_LANCZOS = ResizeAlg.convolution(FilterType.lanczos3)
_MODES = frozenset({"L", "RGB", "RGBA", "CMYK"})
_LOBES = 3
"""How far the filter looks to each side, in pixels of what is made."""

_resizer = Resizer()
_BETWEEN = 8 * 1024 * 1024
"""Bytes, about, of what lies between the step across and the step down, of one strip."""

Box = tuple[float, float, float, float]


def scaled(image: Image.Image, size: tuple[int, int], box: Box | None = None) -> Image.Image:
    """What is in `box` of a picture (all of it by default), at `size` pixels."""
    if image.size == size and box in (None, (0, 0, *size)):
        return image
    if image.mode not in _MODES:
        return image.resize(size, Image.Resampling.LANCZOS, box=box, reducing_gap=3.0)
    box = box or (0, 0, *image.size)
    rows = _rows_of_a_strip(size, box, len(image.getbands()))
    if rows >= size[1]:
        return _strip(image, size, box, 0, size[1])
    target = Image.new(image.mode, size)
    for first in range(0, size[1], rows):
        target.paste(_strip(image, size, box, first, min(first + rows, size[1])), (0, first))
    return target


def _rows_of_a_strip(size: tuple[int, int], box: Box, bands: int) -> int:
    """How many rows are made at once, so that no more than needed lies between two steps."""
    sample = 1 if bands == 1 else 4  # as Pillow keeps them
    return max(64, int(_BETWEEN / (size[0] * sample) * size[1] / (box[3] - box[1])))


def _strip(
    image: Image.Image, size: tuple[int, int], box: Box, first: int, end: int
) -> Image.Image:
    """Some rows of the result, equal to those made with all: the filter looks beyond the strip."""
    left, top, right, bottom = box
    down = (bottom - top) / size[1]
    upper, height = top + first * down, (end - first) * down
    if image.mode == "RGBA":
        # cykooz copies all that it is given, to weigh colours by their alpha.
        beyond = ceil(_LOBES * max(1.0, down)) + 1
        above = max(0, int(upper) - beyond)
        below = min(image.height, ceil(upper + height) + beyond)
        image = image.crop((0, above, image.width, below))
        upper, bottom = upper - above, bottom - above
    while upper + height > bottom:  # by the last bit of a fraction, which is refused
        height = nextafter(height, 0)
    target = Image.new(image.mode, (size[0], end - first))
    window = CropBox(left, upper, right - left, height)
    _resizer.resize_pil(image, target, ResizeOptions(_LANCZOS, crop_box=window))
    return target
