"""Pictures made smaller by Lanczos' filter, on all that the processor has for it.

The wheel cykooz-resizer works in place on Pillow's pictures; Pillow does the modes it lacks.
"""

from cykooz_resizer import CropBox, FilterType, ResizeAlg, ResizeOptions, Resizer
from PIL import Image

_LANCZOS = ResizeAlg.convolution(FilterType.lanczos3)
_MODES = frozenset({"L", "RGB", "RGBA", "CMYK"})
_resizer = Resizer()

Box = tuple[float, float, float, float]


def scaled(image: Image.Image, size: tuple[int, int], box: Box | None = None) -> Image.Image:
    """What is in `box` of a picture (all of it by default), at `size` pixels."""
    if image.size == size and box in (None, (0, 0, *size)):
        return image
    if image.mode not in _MODES:
        return image.resize(size, Image.Resampling.LANCZOS, box=box, reducing_gap=3.0)
    left, top, right, bottom = box or (0, 0, *image.size)
    target = Image.new(image.mode, size)
    window = CropBox(left, top, right - left, bottom - top)
    _resizer.resize_pil(image, target, ResizeOptions(_LANCZOS, crop_box=window))
    return target
