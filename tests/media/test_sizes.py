"""Sizes on demand: signed, marked, made once, bounded."""

import io
import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.storage import storages
from django.db import connection
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from media.models import Allowance, Rendition, Work
from media.rules import sizes as rules
from media.rules.sizes import Source
from media.services import renditions, sizes, works
from tests import exiftool, make
from tests.make.licensing import published
from tests.media import files
from tests.media.arrivals import ingested

DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


def _published(body: bytes) -> Work:
    work = ingested(body)
    return published(work, title="Dunes", creator="Ann Lee")


@pytest.fixture
def work() -> Work:
    return _published(files.saved(Image.new("RGB", (1600, 1200), (90, 90, 90)), "JPEG"))


def _address(work: Work, width: int = 640, extension: str = "jpg", **said: Any) -> str:
    asked = {"at": timezone.now(), "lasting": DAY, **said}
    return sizes.address(work=work, width=width, extension=extension, **asked)


class TestASignedAddress:
    @pytest.mark.parametrize(("extension", "format"), [("jpg", "JPEG"), ("webp", "WEBP")])
    def test_gives_the_picture_in_that_width(
        self, client: Client, work: Work, extension: str, format: str
    ) -> None:
        answer = client.get(_address(work, 640, extension))
        picture = Image.open(io.BytesIO(answer.content))
        assert (answer.status_code, picture.format, picture.size) == (200, format, (640, 480))
        assert answer["Content-Type"] == f"image/{format.lower()}"
        assert "public" in answer["Cache-Control"]

    def test_names_artist_and_policy_in_the_file(self, client: Client, work: Work) -> None:
        tags = exiftool.said(client.get(_address(work)).content)
        assert tags["XMP-dc:Creator"] == ["Ann Lee"]
        assert tags["XMP-plus:DataMining"].startswith("DMI-")

    def test_is_the_same_all_day(self, work: Work) -> None:
        noon = datetime.fromisoformat("2026-03-01T12:00:00+00:00")
        assert _address(work, at=noon) == _address(work, at=noon + timedelta(hours=11))

    def test_can_ask_for_a_file_to_keep(self, client: Client, work: Work) -> None:
        answer = client.get(_address(work, 1024) + "&download")
        assert answer["Content-Disposition"] == 'attachment; filename="comp-dunes-1024.jpg"'

    def test_is_made_once_and_then_found(self, client: Client, work: Work) -> None:
        first = client.get(_address(work)).content
        assert client.get(_address(work)).content == first
        assert Rendition.objects.filter(recipe="w640").count() == 1
        assert Allowance.objects.get().used == 1


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        "spoil",
        [
            lambda url: url.split("?")[0],
            lambda url: url.replace("/640.", "/704."),
            lambda url: url.replace(".jpg", ".webp"),
            lambda url: url[:-3] + ("AAA" if url[-3:] != "AAA" else "BBB"),
            lambda url: url.replace("expires=1", "expires=2"),
            lambda url: url.replace("signature=", "signature=x"),
            lambda url: url.split("&")[0] + "&signature=",
            lambda url: url + "x" * 200,
        ],
    )
    def test_an_address_that_was_altered(self, client: Client, work: Work, spoil: Any) -> None:
        assert client.get(spoil(_address(work))).status_code == 404
        assert not Rendition.objects.filter(recipe__startswith="w").exists()

    def test_the_address_of_another_work(self, client: Client, work: Work) -> None:
        other = _published(files.photograph())
        url = _address(work).replace(str(work.uuid), str(other.uuid))
        assert client.get(url).status_code == 404

    def test_an_address_that_has_expired(self, client: Client, work: Work) -> None:
        url = _address(work, at=timezone.now() - 3 * DAY)
        assert client.get(url).status_code == 410

    @pytest.mark.parametrize("width", [1, 63, 641, 2112, 9984])
    def test_a_width_between_the_steps(self, client: Client, work: Work, width: int) -> None:
        assert client.get(_address(work, width)).status_code == 404

    def test_a_picture_larger_than_the_largest_rendition(self, client: Client, work: Work) -> None:
        assert client.get(_address(work, 1600)).status_code == 200
        assert client.get(_address(work, 1664)).status_code == 404

    def test_another_format(self, client: Client, work: Work) -> None:
        assert client.get(_address(work, 640, "png")).status_code == 404

    def test_what_no_address_of_ours_looks_like(self, client: Client, work: Work) -> None:
        for path in (f"{work.uuid}/-64.jpg", f"{work.uuid}/64", "x/640.jpg", f"{'-' * 36}/64.jpg"):
            assert client.get(f"/sizes/{path}").status_code == 404
        huge = f"/sizes/{work.uuid}/{'9' * 5000}.jpg?expires={'9' * 5000}&signature={'9' * 5000}"
        assert client.get(huge).status_code == 404

    def test_a_work_that_is_no_longer_or_not_yet_published(
        self, client: Client, work: Work
    ) -> None:
        url = _address(work)
        assert client.get(_address(ingested(files.photograph()))).status_code == 410
        works.withdraw(work=work, at=timezone.now())
        assert client.get(url).status_code == 410

    def test_the_file_at_the_address_of_a_rendition(self, client: Client, work: Work) -> None:
        client.get(_address(work))
        made = Rendition.objects.get(recipe="w640")
        assert client.get(f"/renditions/{made.key}").status_code == 404


class TestTheMark:
    @pytest.mark.parametrize("size", [(1600, 1200), (1200, 1600), (330, 200), (4000, 400)])
    def test_is_on_everything_larger_than_the_smallest_rendition(
        self, client: Client, size: tuple[int, int]
    ) -> None:
        work = _published(files.saved(Image.new("RGB", size, (90, 90, 90)), "JPEG", quality=95))
        smallest = work.renditions.get(recipe="r256", format="jpeg")
        tried = 0
        for width in (64, 128, 192, 256, 320, 384, 512, 1024, 1600):
            answer = client.get(_address(work, width))
            if answer.status_code != 200:
                assert width > max(r.width for r in work.renditions.all())
                continue
            picture = Image.open(io.BytesIO(answer.content)).convert("RGB")
            if picture.width > smallest.width:
                assert files.contrast(picture) > 20, width
                tried += 1
        assert tried

    @given(
        st.integers(1, 2048),
        st.lists(st.tuples(st.integers(1, 2048), st.sampled_from(["jpeg", "webp", "mp4"]))),
    )
    def test_a_source_is_never_enlarged_and_never_larger_than_need_be(
        self, width: int, standing: list[tuple[int, str]]
    ) -> None:
        rows = [Source(str(n), *row) for n, row in enumerate(standing)]
        source = rules.source_for(width, rows)
        fit = [row for row in rows if row.width >= width and row.format != "mp4"]
        assert (source is None) == (not fit)
        assert source is None or source.width == min(row.width for row in fit)


class TestALimit:
    def test_of_makings_a_minute_is_told_with_when_to_come_back(
        self, client: Client, work: Work, settings: Any
    ) -> None:
        settings.SIZES_PER_MINUTE = 2
        statuses = [client.get(_address(work, width)).status_code for width in (64, 128, 192)]
        late = client.get(_address(work, 192))
        assert statuses == [200, 200, 429]
        assert 1 <= int(late["Retry-After"]) <= 61
        assert client.get(_address(work, 128)).status_code == 200, "what is made does not count"

    def test_is_each_clients_own(self, client: Client, work: Work, settings: Any) -> None:
        settings.SIZES_PER_MINUTE = 1
        assert client.get(_address(work, 64)).status_code == 200
        assert client.get(_address(work, 128), REMOTE_ADDR="203.0.113.9").status_code == 200
        client.force_login(make.buyer())
        assert client.get(_address(work, 192)).status_code == 200
        assert client.get(_address(work, 320)).status_code == 429

    def test_believes_the_proxy_where_there_is_one(
        self, client: Client, work: Work, settings: Any
    ) -> None:
        settings.SIZES_PER_MINUTE = 1
        settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
        for width, seen in ((64, "203.0.113.1"), (128, "203.0.113.2")):
            headers = {"x-forwarded-for": f"198.51.100.7, {seen}"}
            assert client.get(_address(work, width), headers=headers).status_code == 200
        settings.SECURE_PROXY_SSL_HEADER = None
        statuses = [
            client.get(_address(work, width), headers={"x-forwarded-for": str(width)}).status_code
            for width in (192, 320)
        ]
        assert statuses == [200, 429]

    def test_is_forgotten_after_an_hour(self, client: Client, work: Work) -> None:
        client.get(_address(work))
        sizes.sweep(at=timezone.now())
        assert Allowance.objects.exists()
        sizes.sweep(at=timezone.now() + timedelta(hours=2))
        assert not Allowance.objects.exists()


class TestWithTheWork:
    def test_a_withdrawal_takes_the_files_away(self, client: Client, work: Work) -> None:
        client.get(_address(work))
        key = Rendition.objects.get(recipe="w640").key
        assert storages["renditions"].exists(key)
        works.withdraw(work=work, at=timezone.now())
        assert not Rendition.objects.exists()
        renditions.sweep([key])
        assert not storages["renditions"].exists(key)

    def test_a_new_credit_makes_them_anew(self, client: Client, work: Work) -> None:
        client.get(_address(work))
        Work.objects.filter(pk=work.pk).update(creator="Ann Lee-Miller")
        work.refresh_from_db()
        renditions.sign_again(work=work)
        assert not Rendition.objects.filter(recipe="w640").exists()
        tags = exiftool.said(client.get(_address(work)).content)
        assert tags["XMP-dc:Creator"] == ["Ann Lee-Miller"]

    def test_pages_do_not_offer_them_among_its_pictures(self, client: Client, work: Work) -> None:
        before = work.sources("jpeg")
        client.get(_address(work))
        assert Work.objects.get(pk=work.pk).sources("jpeg") == before


@pytest.mark.django_db(transaction=True)
class TestManyAtOnce:
    def test_twenty_who_ask_for_one_size_have_it_made_once(self, settings: Any) -> None:
        work = _published(files.photograph())
        answers = _together([_address(work)] * 20)
        assert {status for status, _ in answers} == {200}
        assert len({body for _, body in answers}) == 1
        assert Rendition.objects.filter(recipe="w640").count() == 1
        _, names = storages["renditions"].listdir(str(work.uuid))
        assert len([name for name in names if name.startswith("w640")]) == 1

    def test_no_more_are_made_at_a_time_than_there_are_slots(self, settings: Any) -> None:
        settings.SIZES_AT_ONCE = 1
        work = _published(files.photograph())
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, 0)", [sizes._SLOTS])
            try:
                [(status, _)] = _together([_address(work)])
                assert status == 503
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s, 0)", [sizes._SLOTS])
        assert _together([_address(work)])[0][0] == 200


def _together(urls: list[str]) -> list[tuple[int, bytes]]:
    """What each address answers when all are asked at the same moment."""
    gate, found = threading.Barrier(len(urls)), [(0, b"")] * len(urls)

    def ask(number: int) -> None:
        gate.wait()
        try:
            answer = Client().get(urls[number])
            found[number] = answer.status_code, answer.content
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=[number]) for number in range(len(urls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found
