from typing import Any

import pytest
from django.core.files.storage import storages
from PIL import Image

from media.models import Work
from media.rules import jpeg
from media.rules.metadata import MOST_KEYWORDS, Facts
from media.rules.states import State
from media.services import ingest
from tests import make
from tests.media import files
from tests.media.arrivals import UPRIGHT, arrived, ingested, quarters, shown
from tests.races import at_once

pytestmark = pytest.mark.django_db

FACTS = Facts(
    title="砂丘 — Dünen",
    description="Two dunes.",
    keywords=("dunes", "Dunes", "desert"),
    creator="Zoë",
    credit="Zoë / Agency",
    rights="© Zoë",
)


class TestAPhotograph:
    def test_becomes_a_draft_that_says_what_its_file_says(self) -> None:
        work = ingested(files.photograph(FACTS))
        assert work.state == State.DRAFT
        assert (work.title, work.description) == (FACTS.title, FACTS.description)
        assert work.keywords == ["dunes", "desert"]
        assert (work.creator, work.credit, work.rights) == ("Zoë", "Zoë / Agency", "© Zoë")
        assert (work.media_type, work.kind) == ("image/jpeg", "photo")
        assert (work.width, work.height, work.orientation) == (1200, 800, "landscape")
        assert len(work.sha256) == 64
        assert work.thumbhash

    def test_names_its_colours(self) -> None:
        work = ingested(files.photograph())
        assert {"red", "green", "blue"} <= set(work.colour_names)
        assert all(colour.startswith("#") for colour in work.colours)

    def test_that_says_nothing_is_credited_to_its_owner(self, settings: Any) -> None:
        settings.COOP_NAME = "Northern Light"
        owner = make.artist()
        work = ingested(files.photograph(), owner=owner)
        assert work.creator == owner.name
        assert work.credit == f"{owner.name} / Northern Light"
        assert owner.name in work.rights

    def test_with_thousands_of_keywords_keeps_the_first_fifty(self) -> None:
        words = ", ".join(f"word{n}" for n in range(3000))
        work = ingested(files.photograph(Facts(keywords=(words,))))
        assert len(work.keywords) <= MOST_KEYWORDS

    def test_named_otherwise_is_known_by_its_content(self) -> None:
        assert ingested(files.photograph(), name="holiday.txt").media_type == "image/jpeg"

    def test_keeps_its_original_as_it_came(self) -> None:
        body = files.photograph()
        work = ingested(body)
        with storages["originals"].open(work.original_key) as file:
            assert file.read() == body

    @pytest.mark.parametrize("orientation", range(1, 9))
    def test_is_shown_upright_whatever_its_exif_orientation(self, orientation: int) -> None:
        work = ingested(files.turned(orientation))
        assert (work.width, work.height) == (60, 40)
        assert quarters(work) == UPRIGHT


class TestColourSpaces:
    @pytest.mark.parametrize(
        ("format", "image", "options"),
        [
            ("PNG", files.corners(), {}),
            ("PNG", files.corners().quantize(16), {}),
            ("PNG", files.corners().convert("RGBA"), {}),
            ("WEBP", files.corners(), {"lossless": True}),
            ("AVIF", files.corners(), {}),
            ("TIFF", files.corners(), {"compression": "tiff_lzw"}),
            ("TIFF", files.corners().convert("CMYK"), {}),
            ("TIFF", files.corners().convert("RGBA"), {}),
            ("JPEG", files.corners().convert("CMYK"), {"quality": 95}),
            ("JPEG", files.corners(), {"quality": 95, "progressive": True}),
        ],
        ids=lambda value: getattr(value, "mode", None) or str(value),
    )
    def test_are_all_shown_in_their_colours(
        self, format: Any, image: Image.Image, options: dict[str, Any]
    ) -> None:
        assert quarters(ingested(files.saved(image, format, **options))) == UPRIGHT

    def test_heic_is_shown_in_its_colours_and_upright(self) -> None:
        work = ingested(files.heic(6))
        assert (work.media_type, work.width, work.height) == ("image/heic", 60, 40)
        assert quarters(work) == UPRIGHT

    @pytest.mark.parametrize("compression", [None, "tiff_lzw"])
    def test_a_tiff_is_turned_once(self, compression: str | None) -> None:
        exif = Image.Exif()
        exif[0x0112] = 6
        stored = files.corners().transpose(Image.Transpose.ROTATE_90)
        work = ingested(files.saved(stored, "TIFF", exif=exif, compression=compression))
        assert (work.width, work.height) == (60, 40)
        assert quarters(work) == UPRIGHT

    def test_a_profile_that_swaps_the_primaries_is_heeded(self) -> None:
        body = files.saved(files.corners(), "PNG", icc_profile=files.swapped_profile())
        assert quarters(ingested(body)) != UPRIGHT

    def test_a_damaged_profile_is_left_aside(self) -> None:
        body = files.saved(files.corners(), "PNG", icc_profile=b"no profile at all")
        assert quarters(ingested(body)) == UPRIGHT

    def test_sixteen_bits_are_scaled_to_eight(self) -> None:
        picture = shown(ingested(files.tiff16()))
        levels = [files.pixel(picture, x, 20)[0] for x in (10, 30, 50)]
        assert levels[0] < 8
        assert 56 <= levels[1] <= 72
        assert levels[2] > 247

    def test_lab_becomes_srgb(self) -> None:
        body = files.saved(Image.new("LAB", (60, 40), (200, 128, 128)), "TIFF")
        red, green, blue = files.pixel(shown(ingested(body)), 30, 20)
        assert max(red, green, blue) - min(red, green, blue) < 12
        assert red > 150

    def test_grey_is_shown_grey(self) -> None:
        body = files.saved(Image.new("L", (60, 40), 128), "JPEG")
        assert files.pixel(shown(ingested(body)), 30, 20) == pytest.approx((128,) * 3, abs=3)

    def test_transparent_parts_stand_on_white(self) -> None:
        body = files.saved(Image.new("RGBA", (60, 40), (0, 0, 0, 0)), "PNG")
        assert min(files.pixel(shown(ingested(body)), 30, 20)) > 250

    def test_floating_point_is_refused_in_words(self) -> None:
        work = ingested(files.saved(Image.new("F", (60, 40), 0.5), "TIFF"))
        assert (work.state, "8 or 16 bits" in work.refusal) == (State.REFUSED, True)


class TestRenditions:
    def test_are_made_in_every_size_as_jpeg_and_the_small_ones_as_webp_too(self) -> None:
        work = ingested(files.photograph(size=(2400, 1200)))
        made = {(r.recipe, r.format): (r.width, r.height) for r in work.renditions.all()}
        sizes = {"r2048": (2048, 1024), "r1024": (1024, 512), "r512": (512, 256)}
        assert made == {
            (recipe, format): size
            for recipe, size in {**sizes, "r256": (256, 128)}.items()
            for format in (("jpeg", "webp") if recipe in {"r512", "r256"} else ("jpeg",))
        }

    def test_are_never_enlarged(self) -> None:
        assert ingested(files.turned(1)).sources("jpeg")[-1][1] == 60

    def test_carry_the_watermark_from_512_pixels_up_and_not_below(self) -> None:
        work = ingested(files.saved(Image.new("RGB", (1200, 800), (90, 90, 90)), "PNG"))
        spread = {
            recipe: files.contrast(shown(work, recipe)) for recipe in ("r1024", "r512", "r256")
        }
        assert spread["r1024"] > 40
        assert spread["r512"] > 40
        assert spread["r256"] < 8

    def test_tell_whose_they_are_and_nothing_of_camera_or_place(self) -> None:
        work = ingested(files.photograph(FACTS))
        for rendition in work.renditions.all():
            with storages["renditions"].open(rendition.key) as file:
                data = file.read()
            for secret in (files.CAMERA, files.SERIAL, files.GPS_MARK, "Exif"):
                assert secret.encode() not in data, f"{secret} in {rendition}"
            for credit in ("Zoë", "Zoë / Agency", "© Zoë", str(work.uuid)):
                assert credit.encode() in data, f"no {credit} in {rendition}"

    def test_of_a_work_that_comes_again_have_the_same_keys(self) -> None:
        work = ingested(files.photograph(FACTS))
        keys = set(work.renditions.values_list("key", flat=True))
        _, found = storages["renditions"].listdir(str(work.uuid))
        assert {f"{work.uuid}/{name}" for name in found} == keys


class TestTwice:
    def test_does_nothing_the_second_time(self) -> None:
        work = ingested(files.photograph(FACTS))
        Work.objects.filter(pk=work.pk).update(title="Changed by hand")
        again = ingest.ingest(work_id=work.pk, at=make.LONG_AGO)
        assert again.title == "Changed by hand"

    def test_a_work_that_was_given_up_stays_refused(self) -> None:
        work = arrived(files.photograph())
        ingest.give_up(work_id=work.pk, at=make.LONG_AGO)
        again = ingest.ingest(work_id=work.pk, at=make.LONG_AGO)
        assert (again.state, "not your doing" in again.refusal) == (State.REFUSED, True)


@pytest.mark.django_db(transaction=True)
class TestTwoWorkers:
    def test_with_one_file_make_one_draft_and_one_refusal(self) -> None:
        body, owner = files.photograph(FACTS), make.artist()
        works = [arrived(body, owner=owner) for _ in range(2)]
        _at_once(*(work.pk for work in works))
        states = sorted(Work.objects.values_list("state", flat=True))
        assert states == [State.DRAFT, State.REFUSED]

    def test_with_one_job_make_one_draft(self) -> None:
        work = arrived(files.photograph(FACTS))
        _at_once(work.pk, work.pk)
        work.refresh_from_db()
        assert work.state == State.DRAFT
        assert work.renditions.filter(recipe="r256").count() == 2


def _at_once(*work_ids: int) -> None:
    at_once(lambda number: ingest.ingest(work_id=work_ids[number], at=make.LONG_AGO), len(work_ids))


def test_what_is_read_back_from_a_rendition_is_its_credit() -> None:
    work = ingested(files.photograph(FACTS))
    rendition = work.renditions.get(recipe="r512", format="jpeg")
    with storages["renditions"].open(rendition.key) as file:
        in_xmp, in_iim = jpeg.facts_of(file.read())
    assert (in_xmp.creator, in_xmp.credit, in_xmp.rights) == ("Zoë", "Zoë / Agency", "© Zoë")
    assert in_iim.credit == "Zoë / Agency"
    assert in_xmp.title == ""
