"""What a buyer of a clip gets: the original's own frames or fewer pixels, never its secrets."""

import io
from pathlib import Path

import av
import av.bitstream
import pytest

from tests.media import files
from tests.media.arrivals import ingested
from tests.media.licensed import LICENCE, cut, encode

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
        work = ingested(files.clip(tmp_path / "clip.mp4"))
        encode(work, 80)
        _, data = cut(work, 80)
        with av.open(io.BytesIO(data)) as container:
            picture = container.streams.video[0]
            assert (picture.width, picture.height) == (80, 48)
            assert LICENCE.licence_number in container.metadata["comment"]

    def test_keeps_what_the_camera_wrote_between_its_frames_only_at_its_own_size(
        self, tmp_path: Path
    ) -> None:
        files.clip(tmp_path / "clip.mp4")
        work = ingested(_with_user_data(tmp_path / "clip.mp4", tmp_path / "noted.mp4"))
        encode(work, 80)
        assert NOTE in cut(work)[1]
        assert NOTE not in cut(work, 80)[1]


NOTE = b"GPS 51.4779 N 0.0015 W"


def _with_user_data(path: Path, target: Path) -> bytes:
    """The clip with a note in SEI messages of its stream, as some camcorders write them."""
    note = f"086f3693-b7b3-4f2c-9653-21492feee5b8+{NOTE.decode()}"
    with av.open(str(path)) as source, av.open(str(target), "w") as out:
        picture = source.streams.video[0]
        copy = out.add_stream_from_template(picture)
        noting = av.bitstream.BitStreamFilterContext(
            f"h264_metadata=sei_user_data={note}", picture, copy
        )
        for packet in [*source.demux(picture), None]:
            for noted in noting.filter(packet if packet and packet.size else None):
                noted.stream = copy
                out.mux(noted)
            if packet is None or not packet.size:
                break
    return target.read_bytes()


def _packets(data: bytes) -> list[tuple[str, int | None, bytes]]:
    """What a clip consists of, encoded as it is: the kind of track, the moment, the bytes."""
    with av.open(io.BytesIO(data), "r") as container:
        return sorted(
            (packet.stream.type, packet.pts, bytes(packet))
            for packet in container.demux()
            if packet.dts is not None
        )
