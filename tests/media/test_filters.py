from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from media.adapters import filters
from tests.media.films import film, plain

SIZE = (80, 48)


class TestARate:
    def test_repeats_a_frame_without_making_it_anew(self, tmp_path: Path) -> None:
        film(tmp_path / "clip.mp4", [0, 5])
        mark = tmp_path / "mark.png"
        Image.new("RGBA", SIZE).save(mark)
        with av.open(str(tmp_path / "clip.mp4")) as container:
            picture = container.streams.video[0]
            first, last = container.decode(picture)
            steps = filters.upright(first, SIZE, tmp_path)
            graph = filters.graph(picture, steps, "yuv420p", overlay=mark, rate=Fraction(60))
            for frame in (first, last, None):
                graph.vpush(frame)
            shown = [graph.vpull() for _ in range(300)]
        assert [frame.time for frame in shown] == [n / 60 for n in range(300)]
        assert len({frame.planes[0].buffer_ptr for frame in shown}) == 1


class TestColours:
    @pytest.mark.parametrize(
        ("size", "matrix", "red"),
        [
            ((1280, 720), 2, (63, 102, 240)),
            ((640, 480), 2, (81, 90, 240)),
            ((640, 480), 1, (63, 102, 240)),
            ((1280, 720), 6, (81, 90, 240)),
        ],
        ids=["large", "small", "named BT.709", "named BT.601"],
    )
    def test_are_of_the_matrix_named_or_else_meant(
        self, size: tuple[int, int], matrix: int, red: tuple[int, int, int], tmp_path: Path
    ) -> None:
        """Red as BT.709 and as BT.601 write it, limited range. Source: ITU-R BT.709, BT.601."""
        plain(tmp_path / "clip.mp4", size, red, matrix=matrix)
        with av.open(str(tmp_path / "clip.mp4")) as container:
            picture = container.streams.video[0]
            frame = next(container.decode(picture))
            still = filters.still(picture, frame, SIZE, tmp_path)
        assert np.allclose(np.asarray(still)[24, 40], (255, 0, 0), atol=3)
