from typing import Any

import pytest
from django.core.files.storage import storages
from PIL import Image

from media.rules.metadata import Facts
from media.rules.states import State
from media.services import ingest
from members.models import Notice
from tests import make
from tests.media import files
from tests.media.arrivals import arrived, ingested

pytestmark = pytest.mark.django_db

FACTS = Facts(title="Dunes", creator="Ann Lee")

BAD_FILES = {
    "of 0 bytes": (b"", "empty"),
    "that is text named .jpg": (b"Dear editor, here is my photograph.", "text file"),
    "that is an SVG": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "vector drawing"),
    "that is an archive": (b"PK\x03\x04" + bytes(100), "archive"),
    "that is an animated GIF": (b"GIF89a" + bytes(50), "Animations"),
    "cut off in the middle": (files.photograph()[:9000], "damaged or cut off"),
    "with a header and no picture": (b"\xff\xd8\xff\xe0" + bytes(40), "damaged or cut off"),
    "of 30,000 x 30,000 pixels": (files.png_header(30_000, 30_000), "900 MP"),
    "that claims 0 pixels": (files.png_header(0, 10), "damaged|no pixels"),
    "that is HEIC without a picture": (b"\x00\x00\x00\x18ftypheic" + bytes(40), "damaged"),
    "that is an animated WebP": (
        files.saved(
            Image.new("RGB", (9, 9)), "WEBP", save_all=True, append_images=[files.corners(9, 9)]
        ),
        "Animations",
    ),
    "that is an animated PNG": (
        files.saved(
            Image.new("RGB", (9, 9)), "PNG", save_all=True, append_images=[files.corners(9, 9)]
        ),
        "Animations",
    ),
    "that is a raw TIFF": (
        files.saved(files.corners(), "TIFF", tiffinfo={50706: b"\x01\x04\x00\x00"}),
        "raw file",
    ),
    "that claims to be MP4": (b"\x00\x00\x00\x18ftypisom" + bytes(400), "damaged"),
}


class TestAFile:
    @pytest.mark.parametrize(("body", "words"), BAD_FILES.values(), ids=BAD_FILES)
    def test_that_cannot_be_used_is_refused_in_words(self, body: bytes, words: str) -> None:
        work = ingested(body)
        assert work.state == State.REFUSED
        assert any(word in work.refusal for word in words.split("|")), work.refusal
        assert not work.renditions.exists()
        assert Notice.objects.filter(recipient=work.owner, text__endswith=work.refusal).exists()

    def test_that_came_before_is_refused_and_its_owner_is_told_which(self) -> None:
        body, owner = files.photograph(FACTS), make.artist()
        first, second = ingested(body, owner=owner), ingested(body, owner=owner)
        assert second.state == State.REFUSED
        assert first.title in second.refusal

    def test_that_another_member_sent_tells_nothing_of_an_unpublished_work(self) -> None:
        body = files.photograph(FACTS)
        ingested(body)
        second = ingested(body)
        assert second.refusal == "Another member has already sent this file."

    def test_that_was_refused_may_come_again_when_it_is_mended(self) -> None:
        body = files.photograph()
        assert ingested(body[:5000]).state == State.REFUSED
        assert ingested(body).state == State.DRAFT

    def test_that_is_gone_from_the_storage_is_refused(self) -> None:
        work = arrived(files.photograph())
        storages["originals"].delete(work.original_key)
        assert "did not arrive whole" in ingest.ingest(work_id=work.pk, at=make.LONG_AGO).refusal

    def test_whose_pixels_need_more_memory_than_allowed_is_refused(self, settings: Any) -> None:
        settings.DECODER_MEGABYTES = 40
        body = files.saved(Image.new("RGB", (5000, 5000)), "PNG")
        assert "memory" in ingested(body).refusal

    def test_whose_decoder_gets_no_more_memory_is_not_called_damaged_alone(
        self, settings: Any
    ) -> None:
        """libjpeg keeps all of a progressive picture, and says nothing of memory."""
        settings.DECODER_MEGABYTES = 110
        picture = Image.linear_gradient("L").resize((5600, 4200)).convert("RGB")
        body = files.saved(picture, "JPEG", progressive=True, subsampling=0)
        assert "memory" in ingested(body).refusal

    @pytest.mark.parametrize("again", [1, 300])
    def test_of_more_scans_than_anybody_makes_is_refused(self, again: int) -> None:
        body = files.saved(files.corners(300, 200), "JPEG", progressive=True)
        last = body.rindex(b"\xff\xda")
        # What follows the end is a telephone's film, which may hold any bytes.
        body = body[:last] + body[last:-2] * again + body[-2:] + b"\xff\xda" * 300
        assert ("more passes" in ingested(body).refusal) is (again == 300)
