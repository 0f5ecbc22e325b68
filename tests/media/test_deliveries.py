import io
from hashlib import sha256
from pathlib import Path

import av
import pytest
from django.core.files.storage import storages
from PIL import Image

from media.models import Work
from media.rules import jpeg
from media.rules.metadata import Facts
from media.services import deliveries
from media.services.deliveries import NotDeliverable
from tests.media import files
from tests.media.arrivals import ingested

pytestmark = pytest.mark.django_db

QUICKTIME = "video/quicktime"

LICENCE = Facts(
    title="Dunes",
    creator="Ann Lee",
    credit="Ann Lee / stockcoop",
    rights="© Ann Lee",
    licence_url="https://photos.example/terms/standard/1",
    licensor="stockcoop",
    licensor_url="https://photos.example/works/1",
    licence_number="SC-2026-000042",
)


def _cut(work: Work, longest_side: int | None = None) -> tuple[deliveries.Delivery, bytes]:
    delivery = deliveries.cut(work=work, longest_side=longest_side, facts=LICENCE)
    assert delivery.file is not None
    with delivery.file as file:
        return delivery, file.read()


class TestTheOriginalSize:
    def test_of_a_jpeg_keeps_its_pixels_bit_by_bit(self) -> None:
        body = files.photograph(Facts(title="Dunes"))
        _, data = _cut(ingested(body))
        assert data[data.index(b"\xff\xda") :] == body[body.index(b"\xff\xda") :]

    @pytest.mark.parametrize("orientation", [3, 6])
    def test_of_a_jpeg_on_its_side_keeps_its_pixels_and_says_how_to_turn_them(
        self, orientation: int
    ) -> None:
        body = files.turned(orientation)
        _, data = _cut(ingested(body))
        assert data[data.index(b"\xff\xda") :] == body[body.index(b"\xff\xda") :]
        assert dict(Image.open(io.BytesIO(data)).getexif()) == {0x0112: orientation}

    def test_of_another_format_is_a_jpeg_of_that_size(self) -> None:
        delivery, data = _cut(ingested(files.saved(files.corners(300, 200), "PNG")))
        picture = Image.open(io.BytesIO(data))
        assert (picture.format, picture.size) == ("JPEG", (300, 200))
        assert (delivery.media_type, delivery.width, delivery.height) == ("image/jpeg", 300, 200)

    def test_is_what_one_gets_who_asks_for_more_than_there_is(self) -> None:
        work = ingested(files.photograph())
        assert _cut(work, 5000)[1] == _cut(work, None)[1]


class TestASmallerSize:
    def test_is_cut_from_the_original_without_watermark(self) -> None:
        plain = Image.new("RGB", (1200, 800), (90, 90, 90))
        _, data = _cut(ingested(files.saved(plain, "JPEG", quality=95)), 600)
        picture = Image.open(io.BytesIO(data))
        assert picture.size == (600, 400)
        assert files.contrast(picture) < 4

    def test_stands_upright(self) -> None:
        delivery, data = _cut(ingested(files.turned(6)), 30)
        picture = Image.open(io.BytesIO(data))
        assert (delivery.width, delivery.height) == picture.size == (30, 20)
        assert files.pixel(picture, 7, 5)[0] > 200
        assert not picture.getexif()


class TestEveryDelivery:
    @pytest.mark.parametrize("longest_side", [None, 400])
    def test_carries_the_licence_and_nothing_of_camera_or_place(
        self, longest_side: int | None
    ) -> None:
        _, data = _cut(ingested(files.photograph()), longest_side)
        for secret in (files.CAMERA, files.SERIAL, files.GPS_MARK):
            assert secret.encode() not in data
        in_xmp, in_iim = jpeg.facts_of(data)
        assert in_xmp.licence_number == LICENCE.licence_number
        assert in_xmp.licence_url == LICENCE.licence_url
        assert (in_iim.creator, in_iim.rights) == ("Ann Lee", "© Ann Lee")
        assert LICENCE.licensor_url.encode() in data

    @pytest.mark.parametrize("longest_side", [None, 400])
    def test_is_the_same_each_time(self, longest_side: int | None) -> None:
        work = ingested(files.photograph(Facts(title="Red Dunes")))
        delivery, data = _cut(work, longest_side)
        assert _cut(work, longest_side)[1] == data
        assert delivery.sha256 == sha256(data).hexdigest()
        assert delivery.bytes == len(data)
        assert delivery.name.startswith("red-dunes-")

    def test_waits_when_the_original_cannot_be_had(self) -> None:
        work = ingested(files.photograph())
        storages["originals"].delete(work.original_key)
        with pytest.raises(NotDeliverable, match="licence is not affected"):
            _cut(work)


class TestAClip:
    @pytest.mark.parametrize(("format", "media_type"), [("mp4", "video/mp4"), ("mov", QUICKTIME)])
    def test_at_its_own_size_has_the_frames_and_sound_that_were_sent(
        self, tmp_path: Path, format: str, media_type: str
    ) -> None:
        body = files.clip(tmp_path / "clip", format=format, sound=True)
        delivery, data = _cut(ingested(body))
        assert _packets(data) == _packets(body)
        assert (delivery.media_type, delivery.name) == (media_type, f"video-160x96.{format}")
        assert data.index(b"moov") < data.index(b"mdat")

    def test_at_its_own_size_forgets_camera_and_place_and_names_the_licence(
        self, tmp_path: Path
    ) -> None:
        body = files.clip(tmp_path / "clip.mov", format="mov", place="+51.4779-000.0015/")
        assert b"+51.4779" in body
        work = ingested(body)
        _, data = _cut(work)
        assert b"+51.4779" not in data
        assert files.CAMERA.encode() not in data
        with av.open(io.BytesIO(data)) as container:
            assert LICENCE.licence_number in container.metadata["comment"]
            assert container.metadata["artist"] == "Ann Lee"
        assert _cut(work)[1] == data

    def test_comes_smaller_without_mark_and_names_the_licence(self, tmp_path: Path) -> None:
        _, data = _cut(ingested(files.clip(tmp_path / "clip.mp4")), 80)
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
