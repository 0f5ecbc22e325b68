from fractions import Fraction
from pathlib import Path

import av
from PIL import Image

from media.adapters import filters
from tests.media.films import film

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
