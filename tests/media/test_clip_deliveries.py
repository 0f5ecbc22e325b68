"""What a buyer of a clip gets: the original's own frames or fewer pixels, never its secrets."""

import io
from pathlib import Path

import av
import pytest

from tests.media import files
from tests.media.arrivals import ingested
from tests.media.licensed import LICENCE, cut

pytestmark = pytest.mark.django_db

QUICKTIME = "video/quicktime"


class TestAClip:
    @pytest.mark.parametrize(("format", "media_type"), [("mp4", "video/mp4"), ("mov", QUICKTIME)])
    def test_at_its_own_size_has_the_frames_and_sound_that_were_sent(
        self, tmp_path: Path, format: str, media_type: str
    ) -> None:
        body = files.clip(tmp_path / "clip", format=format, sound=True)
        delivery, data = cut(ingested(body))
        assert _packets(data) == _packets(body)
        assert (delivery.media_type, delivery.name) == (media_type, f"video-160x96.{format}")
        assert data.index(b"moov") < data.index(b"mdat")

    def test_at_its_own_size_forgets_camera_and_place_and_names_the_licence(
        self, tmp_path: Path
    ) -> None:
        body = files.clip(tmp_path / "clip.mov", format="mov", place="+51.4779-000.0015/")
        assert b"+51.4779" in body
        work = ingested(body)
        _, data = cut(work)
        assert b"+51.4779" not in data
        assert files.CAMERA.encode() not in data
        with av.open(io.BytesIO(data)) as container:
            assert LICENCE.licence_number in container.metadata["comment"]
            assert container.metadata["artist"] == "Ann Lee"
        assert cut(work)[1] == data

    def test_comes_smaller_without_mark_and_names_the_licence(self, tmp_path: Path) -> None:
        _, data = cut(ingested(files.clip(tmp_path / "clip.mp4")), 80)
        with av.open(io.BytesIO(data)) as container:
            picture = container.streams.video[0]
            assert (picture.width, picture.height) == (80, 48)
            assert LICENCE.licence_number in container.metadata["comment"]


def _packets(data: bytes) -> list[tuple[str, int | None, bytes]]:
    """What a clip consists of, encoded as it is: the kind of track, the moment, the bytes."""
    with av.open(io.BytesIO(data), "r") as container:
        return sorted(
            (packet.stream.type, packet.pts, bytes(packet))
            for packet in container.demux()
            if packet.dts is not None
        )
