"""The mark that nobody sees: laid into pictures, found again, and told to whom a file went."""

import io
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageEnhance, ImageOps

from bench.fidelity import psnr
from media.adapters import reading_traces
from media.adapters.aligning import overlaid
from media.adapters.tracing import chips_of, embedded
from media.models import Trace, Work
from media.rules import tracing
from media.services import traces
from tests import make
from tests.media import files
from tests.media.arrivals import ingested, shown

KEY = b"k" * 32
SEED = tracing.seed(7, KEY)
AT = make.LONG_AGO


def textured(seed: int = 1, size: tuple[int, int] = (1200, 800)) -> Image.Image:
    """Clouds of four sizes: something a photograph could be, calm here and busy there."""
    dice = np.random.default_rng(seed)
    sums = np.zeros((size[1], size[0], 3), np.float32)
    for cells, share in ((3, 60), (9, 40), (40, 18), (200, 8)):
        small = dice.normal(0, share, (cells, cells, 3)).astype(np.float32)
        for channel in range(3):
            plane = Image.fromarray(small[..., channel])
            sums[..., channel] += np.asarray(plane.resize(size, Image.Resampling.BICUBIC))
    return Image.fromarray(np.clip(sums + 120, 0, 255).astype(np.uint8))


def jpeg(image: Image.Image, quality: int) -> Image.Image:
    return Image.open(io.BytesIO(files.saved(image, "JPEG", quality=quality))).convert("RGB")


def half(image: Image.Image) -> Image.Image:
    return image.resize((image.width // 2, image.height // 2), Image.Resampling.LANCZOS)


def score(found: Image.Image, ours: Image.Image, seed: bytes = SEED) -> float:
    return reading_traces.score(reading_traces.residue(overlaid(found, ours), ours), seed)


def middle(image: Image.Image, part: float) -> Image.Image:
    x, y = (round(side * (1 - part) / 2) for side in image.size)
    return image.crop((x, y + y // 2, image.width - x, image.height - y + y // 2))


HARM: dict[str, Callable[[Image.Image], Image.Image]] = {
    "untouched": lambda image: image,
    "half the size, then JPEG 60": lambda image: jpeg(half(image), 60),
    "JPEG 60, then half the size": lambda image: half(jpeg(image, 60)),
    "JPEG 30": lambda image: jpeg(image, 30),
    "cropped to 80 percent": lambda image: jpeg(middle(image, 0.8), 75),
    "cropped to half and JPEG 60": lambda image: jpeg(middle(image, 0.5), 60),
    "mirrored": lambda image: jpeg(ImageOps.mirror(image), 75),
    "stretched": lambda image: jpeg(image.resize((700, 600)), 75),
    "lighter, with more contrast": lambda image: jpeg(
        ImageEnhance.Contrast(ImageEnhance.Brightness(image).enhance(1.1)).enhance(1.1), 75
    ),
    "grey": lambda image: jpeg(image.convert("L").convert("RGB"), 75),
}


class TestTheMark:
    def test_cannot_be_seen(self) -> None:
        picture = textured()
        off = np.asarray(embedded(picture.copy(), SEED), int) - np.asarray(picture, int)
        assert psnr(embedded(picture.copy(), SEED), picture) > 44
        assert np.abs(off).max() <= 4

    def test_is_the_same_each_time_and_another_for_another_number(self) -> None:
        picture = textured()
        assert embedded(picture.copy(), SEED).tobytes() == embedded(picture.copy(), SEED).tobytes()
        other = embedded(picture.copy(), tracing.seed(8, KEY))
        assert embedded(picture.copy(), SEED).tobytes() != other.tobytes()

    @pytest.mark.parametrize("size", [(1, 1), (5, 900), (900, 5), (300, 257), (129, 512)])
    def test_fits_a_picture_of_any_size(self, size: tuple[int, int]) -> None:
        assert embedded(Image.new("RGB", size, (99, 99, 99)), SEED).size == size

    def test_is_made_of_as_many_ups_as_downs(self) -> None:
        assert abs(float(chips_of(SEED).mean())) < 0.04

    @pytest.mark.parametrize("harm", HARM)
    def test_is_found_in_what_became_of_the_file(self, harm: str) -> None:
        ours = textured()
        found = HARM[harm](jpeg(embedded(ours.resize((1024, 683)), SEED), 95))
        assert tracing.is_found(score(found, ours), 1000)

    @pytest.mark.parametrize("harm", HARM)
    def test_is_not_found_where_there_is_none(self, harm: str) -> None:
        ours = textured()
        found = HARM[harm](jpeg(ours.resize((1024, 683)), 95))
        overlay = overlaid(found, ours)
        residue = reading_traces.residue(overlay, ours)
        scores = [reading_traces.score(residue, tracing.seed(n, KEY)) for n in range(300)]
        assert not tracing.is_found(max(scores), 1)
        # What chance gives has a mean of 0 and a standard deviation of 1.
        assert abs(float(np.mean(scores))) < 0.3
        assert 0.8 < float(np.std(scores)) < 1.2

    def test_of_another_number_is_not_taken_for_this_one(self) -> None:
        ours = textured()
        found = embedded(ours.copy(), SEED)
        assert not tracing.is_found(score(found, ours, tracing.seed(8, KEY)), 1)
        assert not tracing.is_found(score(found, ours, tracing.seed(7, b"another")), 1)

    def test_a_picture_of_something_else_is_not_alike(self) -> None:
        assert not tracing.is_alike(overlaid(textured(2), textured(1)).likeness)


class TestOdds:
    @given(st.floats(-100, 100), st.integers(0, 10**6))
    def test_are_never_better_than_the_bound(self, score: float, tried: int) -> None:
        odds = tracing.odds(score, tried)
        assert 1 <= odds <= 10**15
        if score > 0 and odds > 1:
            assert 1 / odds >= max(1, tried) * math.exp(-(score**2) / 2) * 0.99

    def test_are_worse_the_more_marks_are_looked_for(self) -> None:
        assert tracing.is_found(6, 10)
        assert not tracing.is_found(6, 1000)


def _work(seed: int = 1) -> Work:
    return ingested(files.saved(textured(seed), "JPEG", quality=95))


def _leaked(work: Work, seed: bytes, folder: Path) -> Path:
    """What a buyer's file becomes somewhere else: half as large, JPEG 60."""
    path = folder / "leaked.jpg"
    jpeg(half(embedded(textured().resize((1024, 683)), seed)), 60).save(path, quality=60)
    return path


@pytest.mark.django_db
class TestTraces:
    def test_one_number_for_one_source_however_often_it_is_asked_for(self) -> None:
        work, buyer = _work(), make.buyer()
        seed = traces.issue(work=work, source="licence:1", holder=buyer, at=AT)
        assert traces.issue(work=work, source="licence:1", holder=buyer, at=AT) == seed
        assert traces.issue(work=work, source="licence:2", holder=buyer, at=AT) != seed
        assert Trace.objects.filter(work=work, holder=buyer).count() == 2

    def test_a_file_is_traced_to_the_licence_it_was_made_for(self, tmp_path: Path) -> None:
        work, buyer = _work(), make.buyer()
        for number in range(20):
            traces.issue(work=work, source=f"licence:{number}", holder=make.buyer(), at=AT)
        seed = traces.issue(work=work, source="licence:mine", holder=buyer, at=AT)
        finding = traces.find(path=_leaked(work, seed, tmp_path), work=work)
        assert finding.trace is not None
        assert (finding.trace.source, finding.trace.holder) == ("licence:mine", buyer)
        assert finding.odds >= 10**6
        assert "licence:mine" in finding.in_words

    def test_a_public_picture_says_that_it_is_one(self, tmp_path: Path) -> None:
        work = _work()
        jpeg(shown(work, "r1024"), 60).save(tmp_path / "comp.jpg")
        finding = traces.find(path=tmp_path / "comp.jpg", work=work)
        assert finding.trace is not None
        assert finding.trace.is_comp
        assert "public picture" in finding.in_words

    def test_a_file_without_a_mark_and_one_of_something_else(self, tmp_path: Path) -> None:
        work = _work()
        textured().save(tmp_path / "same.png")
        textured(2).save(tmp_path / "other.png")
        same, other = (
            traces.find(path=tmp_path / name, work=work) for name in ("same.png", "other.png")
        )
        assert (same.trace, same.alike, other.trace, other.alike) == (None, True, None, False)

    def test_what_is_no_picture_is_refused_in_words(self, tmp_path: Path) -> None:
        path = tmp_path / "found"
        path.write_bytes(b"just some text")
        with pytest.raises(traces.NotSearchable, match="text file"):
            traces.find(path=path, work=_work())

    def test_are_written_once_and_have_a_holder_unless_they_are_public(self) -> None:
        work = _work()
        row = {"work": work, "issued_at": AT}
        for number, fields in enumerate(({"source": "licence:1"}, {"source": ""})):
            with pytest.raises(IntegrityError), transaction.atomic():
                Trace.objects.create(number=number + 1, **row, **fields)
        with pytest.raises(IntegrityError, match="written once"):
            Trace.objects.filter(work=work).update(source="licence:2")

    @pytest.mark.parametrize(
        ("kind", "on", "traced"),
        [("photo", True, True), ("photo", False, False), ("video", True, False)],
    )
    def test_are_in_photographs_unless_the_co_op_wants_none(
        self, settings: object, kind: str, on: bool, traced: bool
    ) -> None:
        settings.TRACE_DELIVERIES = on  # type: ignore[attr-defined]
        assert traces.is_traced(Work(kind=kind)) is traced


@pytest.mark.django_db
class TestThePage:
    def _asked(self, path: Path, named: str) -> tuple[int, str]:
        client = Client()
        client.force_login(make.board())
        with path.open("rb") as file:
            answer = client.post(reverse("media:trace"), {"file": file, "named": named})
        return answer.status_code, answer.content.decode()

    def test_names_the_licence_and_its_holder(self, tmp_path: Path) -> None:
        work, buyer = _work(), make.buyer()
        seed = traces.issue(work=work, source="licence:SC-1", holder=buyer, at=AT)
        status, page = self._asked(
            _leaked(work, seed, tmp_path), f"https://photos.example/works/{work.uuid}"
        )
        assert status == 200
        assert "licence:SC-1" in page
        assert buyer.email in page

    def test_says_what_is_wrong(self, tmp_path: Path) -> None:
        path = tmp_path / "found"
        path.write_bytes(b"just some text")
        work = _work()
        assert self._asked(path, str(work.uuid))[0] == 422
        status, page = self._asked(path, "no work at all")
        assert status == 422
        assert "Name one work" in page
        nobodys = "00000000-0000-4000-8000-000000000000"
        assert "There is no work" in self._asked(path, nobodys)[1]

    def test_shows_the_watermark_on_samples(self) -> None:
        client = Client()
        client.force_login(make.editor())
        page = client.get("/editing/watermark?opacity=41").content.decode()
        assert "WATERMARK_OPACITY=41" in page
        one, other = (
            client.get(f"/editing/watermark/busy.jpg?opacity={opacity}") for opacity in (41, 9)
        )
        assert Image.open(io.BytesIO(one.content)).format == "JPEG"
        assert one.content != other.content
        assert client.get("/editing/watermark/none.jpg").status_code == 404
        assert client.get("/editing/watermark?opacity=x").status_code == 200


@pytest.mark.django_db
class TestTheCommand:
    def test_tells_where_a_file_came_from(self, tmp_path: Path) -> None:
        work = _work()
        seed = traces.issue(work=work, source="licence:SC-1", holder=make.buyer(), at=AT)
        out = io.StringIO()
        path = _leaked(work, seed, tmp_path)
        call_command("trace", str(path), "--work", str(work.uuid), stdout=out)
        assert "licence:SC-1" in out.getvalue()

    def test_fails_where_nothing_is_found(self, tmp_path: Path) -> None:
        work = _work()
        textured().save(tmp_path / "same.png")
        with pytest.raises(CommandError, match="No mark found"):
            call_command("trace", str(tmp_path / "same.png"), "--work", str(work.uuid))
        with pytest.raises(CommandError, match="no file"):
            call_command("trace", str(tmp_path / "nothing"), "--work", str(work.uuid))
