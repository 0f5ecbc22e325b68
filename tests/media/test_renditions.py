from typing import Any

import pytest
from django.core.files.storage import storages
from django.template.loader import render_to_string
from django.test import Client

from media.models import Rendition, Work
from media.rules.metadata import Facts
from media.services import renditions
from tests.media import files
from tests.media.arrivals import arrived, ingested

pytestmark = pytest.mark.django_db

FACTS = Facts(title="Dunes", creator="Ann Lee", rights="© Ann Lee")


@pytest.fixture
def work() -> Work:
    return ingested(files.photograph(FACTS))


def _bytes_of(work: Work) -> dict[str, bytes]:
    found = {}
    for rendition in work.renditions.all():
        with storages["renditions"].open(rendition.key) as file:
            found[rendition.key] = file.read()
    return found


class TestSigningAgain:
    def test_writes_the_new_credit_into_the_same_pixels(self, work: Work) -> None:
        before = _bytes_of(work)
        Work.objects.filter(pk=work.pk).update(creator="Ann Lee-Miller")
        work.refresh_from_db()
        renditions.sign_again(work=work)
        after = _bytes_of(work)
        assert len(after) == len(before)
        assert not set(after) & set(before)
        assert all(b"Ann Lee-Miller" in data for data in after.values())

    def test_changes_nothing_when_the_credit_is_the_same(self, work: Work) -> None:
        before = _bytes_of(work)
        renditions.sign_again(work=work)
        assert _bytes_of(work) == before


class TestRetiring:
    def test_takes_the_rows_at_once_and_the_files_by_a_job(self, work: Work) -> None:
        keys = list(work.renditions.values_list("key", flat=True))
        renditions.retire(work=work)
        assert not work.renditions.exists()
        renditions.sweep(keys)
        assert not any(storages["renditions"].exists(key) for key in keys)

    def test_sweeping_leaves_what_a_rendition_names(self, work: Work) -> None:
        keys = list(work.renditions.values_list("key", flat=True))
        renditions.sweep(keys)
        assert all(storages["renditions"].exists(key) for key in keys)


class TestServing:
    def test_gives_anybody_a_picture_to_keep_for_ever(self, client: Client, work: Work) -> None:
        rendition = work.renditions.get(recipe="r512", format="webp")
        answer = client.get(rendition.url)
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
        assert "immutable" in answer["Cache-Control"]
        assert len(answer.getvalue()) == rendition.bytes

    @pytest.mark.parametrize(
        ("asked", "content_range"),
        [
            ("bytes=0-9", "bytes 0-9/{}"),
            ("bytes=5-", "bytes 5-{last}/{}"),
            ("bytes=-4", "bytes {from_end}-{last}/{}"),
            ("bytes=-999999", "bytes 0-{last}/{}"),
            ("bytes=3-999999999", "bytes 3-{last}/{}"),
        ],
    )
    def test_gives_the_range_that_a_player_asks_for(
        self, client: Client, work: Work, asked: str, content_range: str
    ) -> None:
        rendition = work.renditions.get(recipe="r256", format="jpeg")
        size = rendition.bytes
        whole = client.get(rendition.url).getvalue()
        answer = client.get(rendition.url, headers={"range": asked})
        expected = content_range.format(size, last=size - 1, from_end=size - 4)
        assert (answer.status_code, answer["Content-Range"]) == (206, expected)
        body = answer.getvalue()
        assert body == whole[_ends(expected)]
        assert int(answer["Content-Length"]) == len(body)

    @pytest.mark.parametrize(
        "asked",
        [
            *("bytes=9-2", "bytes=-", "bytes=-0", "lines=1-2", "bytes=99999999-"),
            *("bytes=" + "9" * 5000 + "-", "bytes=٣-٤", "bytes=0-1,3-4", "bytes=" + "9" * 18 + "-"),
        ],
    )
    def test_gives_the_whole_for_a_range_that_makes_no_sense(
        self, client: Client, work: Work, asked: str
    ) -> None:
        rendition = work.renditions.get(recipe="r256", format="jpeg")
        answer = client.get(rendition.url, headers={"range": asked})
        assert answer.status_code == 200
        assert len(answer.getvalue()) == rendition.bytes

    def test_gives_nothing_of_a_work_that_was_retired(self, client: Client, work: Work) -> None:
        url = work.sources("jpeg")[0][0]
        renditions.retire(work=work)
        assert client.get(url).status_code == 404

    @pytest.mark.parametrize(
        "key", ["../originals/x", "..%2foriginals%2fx", "/etc/passwd", "a/b.jpg"]
    )
    def test_leads_nowhere_else(self, client: Client, work: Work, key: str) -> None:
        assert client.get(f"/renditions/{key}").status_code == 404

    def test_never_gives_an_original(self, client: Client, work: Work) -> None:
        assert client.get(f"/renditions/{work.original_key}").status_code == 404

    def test_says_so_when_the_file_is_gone(self, client: Client, work: Work) -> None:
        rendition = work.renditions.get(recipe="r256", format="jpeg")
        storages["renditions"].delete(rendition.key)
        assert client.get(rendition.url).status_code == 404


class TestThePicture:
    def _html(self, work: Work, **context: object) -> str:
        return render_to_string(
            "media/components/picture.html", {"work": work, "sizes": "50vw", **context}
        )

    def test_offers_every_size_in_both_formats_with_words_and_place(self, work: Work) -> None:
        html = self._html(work)
        assert (html.count("1024w"), html.count("512w"), html.count("256w")) == (1, 2, 2)
        assert 'type="image/webp"' in html
        assert 'alt="Dunes"' in html
        assert 'width="1200"' in html
        assert 'loading="lazy"' in html
        assert "url(data:image/png;base64," in html

    def test_is_not_lazy_where_it_is_seen_first(self, work: Work) -> None:
        html = self._html(work, eager=True)
        assert 'fetchpriority="high"' in html
        assert "lazy" not in html

    def test_shows_the_colours_of_a_work_without_renditions(self, work: Work) -> None:
        renditions.retire(work=work)
        html = self._html(Work.objects.get(pk=work.pk))
        assert 'role="img"' in html
        assert "url(data:image/png;base64," in html

    def test_asks_the_database_nothing_for_works_that_came_with_renditions(
        self, work: Work, django_assert_num_queries: Any
    ) -> None:
        loaded = Work.objects.with_renditions().get(pk=work.pk)
        with django_assert_num_queries(0):
            self._html(loaded)

    def test_escapes_what_a_title_says(self) -> None:
        hostile = ingested(files.photograph(Facts(title='"><script>alert(1)</script>')))
        assert "<script>" not in self._html(hostile)


def test_a_rendition_names_its_media_type() -> None:
    row = Rendition(work=arrived(b"x"), recipe="v720", format="mp4", key="k")
    assert row.media_type == "video/mp4"


def _ends(content_range: str) -> slice:
    """The bytes that a Content-Range names."""
    first, last = content_range.removeprefix("bytes ").split("/")[0].split("-")
    return slice(int(first), int(last) + 1)
