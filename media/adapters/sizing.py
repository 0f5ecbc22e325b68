"""A picture of ours at another width. Runs in the sandbox's child."""

from typing import Any

from media.adapters.photos import SAVED_AS, opened
from media.adapters.reading import reading
from media.adapters.scaling import scaled
from media.rules.formats import Format
from media.rules.limits import Limits
from media.rules.sizes import height_of


def scale(
    *, path: str, format: str, target: str, width: int, wanted: str, limits: Limits
) -> dict[str, Any]:
    """Write a rendition to `target` at `width` pixels in the format `wanted`. Its size."""
    with reading():
        image = opened(path, Format(format), limits)
        size = (width, height_of(width, image.size))
        picture = scaled(image.convert("RGB"), size)
    picture.info.clear()
    picture.save(target, wanted, **SAVED_AS[wanted])
    return {"width": picture.width, "height": picture.height}
