from pathlib import Path

import av
import numpy as np

from demo.adapters.film import h264
from media.adapters import filters

SIZE = (64, 48)


def test_shows_the_colours_that_were_painted(tmp_path: Path) -> None:
    painted = np.full((SIZE[1], SIZE[0], 3), (220, 60, 30), np.uint8)
    h264(tmp_path / "film.mp4", [painted] * 3, rate=24, title="Red")
    with av.open(str(tmp_path / "film.mp4")) as container:
        picture = container.streams.video[0]
        frame = next(container.decode(picture))
        still = filters.still(picture, frame, SIZE, tmp_path)
    assert np.allclose(np.asarray(still), painted, atol=4)
    assert frame.color_primaries == frame.colorspace == 1
