"""The pipeline over folders of real and of hostile files, where a checkout has them beside it.

Elsewhere conftest.py leaves this module out: there is nothing to check.
"""

import os
from contextlib import suppress
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.storage import storages
from PIL import Image, ImageCms, UnidentifiedImageError

from media.adapters import colour
from media.rules.formats import HEAD, Unfit, sniff
from media.rules.metadata import Facts
from media.rules.states import State
from media.rules.wishes import Wish
from media.services import deliveries
from tests.media import files
from tests.media.arrivals import ingested, shown
from tests.media.conftest import SHARED

pytestmark = pytest.mark.django_db

SPOKEN = (b"ISO6709", b"\xa9xyz", b"loci", b"com.apple.quicktime", b"mebx", b"Camera")
"""How clips say where they were filmed, and with what."""

CROPPED = SHARED / "photos" / "avif-kimono.mirror-vertical.rotate270.crop.avif"

SECRETS = (b"Exif\x00\x00", b"exif:GPS", b"GPSLatitude", b"SerialNumber", b"aux:Lens", b"<?php")


def _found(folder: str, most_bytes: int = 4_000_000) -> list[Path]:
    """Its files, smallest names first, without those too large for a quick test."""
    paths = sorted((SHARED / folder).glob("*"))
    return [p for p in paths if p.suffix != ".csv" and p.stat().st_size <= most_bytes]


@pytest.mark.parametrize("path", _found("photos", 800_000), ids=os.path.basename)
def test_a_photograph_is_taken_and_its_pictures_keep_its_secrets(path: Path) -> None:
    work = ingested(path.read_bytes(), name=path.name)
    if path == CROPPED or not _is_readable(path):
        assert work.state == State.REFUSED
        return
    assert work.state == State.DRAFT, work.refusal
    for rendition in work.renditions.all():
        with storages["renditions"].open(rendition.key) as file:
            data = file.read()
        assert not [secret for secret in SECRETS if secret in data]


def test_the_profiles_known_as_srgb_leave_colours_as_they_are() -> None:
    found = {}
    for path in _found("photos"):
        with suppress(UnidentifiedImageError), Image.open(path) as image:
            profile = image.info.get("icc_profile", b"")
            found[sha256(profile).hexdigest()] = profile
    known = colour._KNOWN_SRGB & found.keys()
    assert known
    for digest in known:
        profile = ImageCms.ImageCmsProfile(BytesIO(found[digest]))
        assert colour._changes_little(ImageCms.buildTransform(profile, colour._SRGB, "RGB", "RGB"))


def test_a_photograph_of_high_dynamic_range_is_not_grey() -> None:
    """Its sky in display P3 and PQ, which is 120, 141, 145 as it is stored."""
    path = SHARED / "photos" / "immich-10bit-HDR-P3-nclx.avif"
    work = ingested(path.read_bytes(), name=path.name)
    picture = shown(work)
    red, green, blue = files.pixel(picture, picture.width // 2, picture.height // 8)
    assert red + 100 < green < blue
    assert blue > 190


def test_an_avif_that_is_cropped_is_refused() -> None:
    work = ingested(CROPPED.read_bytes(), name=CROPPED.name)
    assert work.state == State.REFUSED
    assert work.refusal.startswith("This AVIF is cropped")


@pytest.mark.parametrize("path", _found("hostile"), ids=os.path.basename)
def test_a_hostile_file_ends_as_a_draft_or_with_a_sentence(path: Path) -> None:
    work = ingested(path.read_bytes(), name=path.name)
    assert work.state in {State.DRAFT, State.REFUSED}
    assert work.state == State.DRAFT or work.refusal.endswith(".")


@pytest.mark.parametrize("path", _found("video", 5_000_000), ids=os.path.basename)
def test_a_clip_is_taken_whole_or_refused_and_sold_without_its_place(path: Path) -> None:
    work = ingested(path.read_bytes(), name=path.name)
    if work.state == State.REFUSED:
        assert work.refusal.endswith(".")
        return
    assert work.state == State.DRAFT
    assert work.preview
    assert work.glimpse
    assert work.contact
    delivery = deliveries.cut(
        work=work, longest_side=None, facts=Facts(title="A clip"), wish=Wish()
    )
    assert delivery.file
    with delivery.file as file:
        data = file.read()
    assert not [secret for secret in SPOKEN if secret in data]


def _is_readable(path: Path) -> bool:
    """Whether Pillow here knows the format at all: some TIFFs it does not."""
    with path.open("rb") as file:
        try:
            sniff(file.read(HEAD))
        except Unfit:
            return False
    try:
        Image.open(path).close()
    except UnidentifiedImageError:
        return False
    return True
