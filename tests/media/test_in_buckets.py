"""Works whose files lie in real buckets: read, shown, handed out, taken away."""

from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.files.storage import storages
from django.test import Client
from PIL import Image
from procrastinate.contrib.django.models import ProcrastinateJob

from licensing.models import Download
from media.adapters.bucket_setup import Answer, ask
from media.models import Work
from media.rules.metadata import Facts
from media.rules.states import State
from media.rules.wishes import Wish
from media.services import deliveries, renditions, uploads, works
from media.services.part_storage import part_storage
from members.models import User
from tests import buckets, make
from tests.jobs import run_jobs
from tests.media import files
from tests.media.arrivals import ingested
from tests.media.sending import AT, BODY, send

FACTS = Facts(title="Dunes", creator="Ann Lee")
LONGEST = 300


@pytest.fixture(autouse=True)
def _buckets(settings: Any) -> Iterator[None]:
    with buckets.ready(settings):
        yield


def _as(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _followed(client: Client, path: str) -> tuple[str, Answer]:
    """The bucket's address that `client` is sent to, and what anybody finds there."""
    answer = client.get(path)
    assert answer.status_code == 302
    url = answer.headers["Location"]
    assert int(parse_qs(urlsplit(url).query)["X-Amz-Expires"][0]) <= LONGEST
    return url, ask("GET", url)


@pytest.mark.django_db
class TestRenditions:
    def test_are_shown_to_anybody_and_kept_for_ever(self) -> None:
        work = ingested(files.photograph(FACTS))
        for rendition in work.renditions.all():
            answer = ask("GET", rendition.url)
            assert (answer.status, len(answer.body)) == (200, rendition.bytes)
            assert answer.headers["content-type"] == rendition.media_type
            assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"

    def test_are_signed_again_under_new_addresses(self) -> None:
        work = ingested(files.photograph(FACTS))
        Work.objects.filter(pk=work.pk).update(creator="Ann Lee-Miller")
        old = list(work.renditions.values_list("key", flat=True))
        renditions.sign_again(work=work)
        renditions.sweep(old)
        assert b"Ann Lee-Miller" in ask("GET", work.renditions.all()[0].url).body
        assert not any(storages["renditions"].exists(key) for key in old)

    def test_end_with_a_withdrawal_and_the_original_stays(self) -> None:
        work = make.published_work()
        urls = [rendition.url for rendition in work.renditions.all()]
        keys = [rendition.key for rendition in work.renditions.all()]
        works.withdraw(work=work, at=AT)
        renditions.sweep(keys)
        assert {ask("GET", url).status for url in urls} <= {403, 404}
        assert storages["originals"].exists(work.original_key)

    def test_are_found_at_addresses_from_before_the_move(self, client: Client) -> None:
        rendition = ingested(files.photograph(FACTS)).renditions.all()[0]
        answer = client.get(f"/renditions/{rendition.key}")
        assert (answer.status_code, answer.headers["Location"]) == (302, rendition.url)

    def test_stand_on_pages_whose_policy_lets_browsers_load_them(self, client: Client) -> None:
        make.price_book()
        work = make.published_work()
        page = client.get(f"/works/{work.uuid}")
        url = work.sources("jpeg")[0][0]
        assert url in page.content.decode()
        assert f'"contentUrl": "{work.sources("jpeg")[-1][0]}"' in page.content.decode()
        policy = page.headers["Content-Security-Policy"]
        origin = urlsplit(url)
        for directive in ("img-src", "media-src", "connect-src"):
            (said,) = (part for part in policy.split("; ") if part.startswith(directive))
            assert f"{origin.scheme}://{origin.netloc}" in said


@pytest.mark.django_db
class TestPrivateFiles:
    def test_an_original_goes_to_its_owner_by_an_address_of_five_minutes(self) -> None:
        body = files.photograph(FACTS)
        work = ingested(body, name="новый год.jpg")
        url, answer = _followed(_as(work.owner), f"/studio/works/{work.uuid}/original")
        assert (answer.status, sha256(answer.body).hexdigest()) == (200, work.sha256)
        assert answer.headers["content-type"] == "image/jpeg"
        assert "filename*=utf-8''%D0%BD" in answer.headers["content-disposition"]
        assert ask("GET", url.partition("?")[0]).status == 403

    def test_a_name_of_any_length_makes_an_address_that_is_not_too_long(self) -> None:
        work = ingested(files.photograph(FACTS), name="😀" * 240 + ".jpg")
        _, answer = _followed(_as(work.owner), f"/studio/works/{work.uuid}/original")
        assert answer.headers["content-disposition"].endswith(".jpg")

    def test_an_original_that_is_gone_is_not_there(self) -> None:
        work = ingested(files.photograph(FACTS))
        storages["originals"].delete(work.original_key)
        answer = _as(work.owner).get(f"/studio/works/{work.uuid}/original")
        assert answer.status_code == 404

    def test_a_portfolio_image_goes_to_its_applicant(self) -> None:
        application = make.application()
        image = application.images.all()[0]
        client = _as(application.applicant)
        _, answer = _followed(client, f"/portfolio/{image.pk}.jpg")
        assert (answer.status, answer.headers["content-type"]) == (200, "image/jpeg")


@pytest.mark.django_db
class TestDownloads:
    def test_of_a_photograph_is_cut_and_fetched_from_the_bucket(self) -> None:
        licence = make.licence(works=[make.photograph_on_sale()], licensee="Atlas Books")
        url, answer = _followed(_as(licence.buyer), f"/licences/{licence.number}/download")
        record = Download.objects.get()
        assert record.sha256 == sha256(answer.body).hexdigest()
        assert record.name in answer.headers["content-disposition"]
        assert Image.open(BytesIO(answer.body)).size == (1024, 768)
        assert licence.number.encode() in answer.body
        assert deliveries.PREFIX in url

    def test_of_a_clip_at_its_own_size_is_never_the_original_file(self, tmp_path: Path) -> None:
        work = ingested(files.clip(tmp_path / "clip.mp4"))
        delivery = deliveries.cut(work=work, longest_side=None, facts=FACTS, wish=Wish())
        assert delivery.file is None
        assert delivery.key == f"{deliveries.PREFIX}{delivery.sha256}.mp4"
        with storages["originals"].open(delivery.key) as file:
            data = file.read()
        assert (sha256(data).hexdigest(), len(data)) == (delivery.sha256, delivery.bytes)
        assert delivery.sha256 != work.sha256


@pytest.mark.django_db(transaction=True)
class TestWhatDidNotBecomeAWork:
    def test_a_refused_file_leaves_neither_original_nor_renditions(self) -> None:
        work = make.ingesting_work(body=b"no picture at all")
        storages["renditions"].save(f"{work.uuid}/r256-00.webp", BytesIO(b"made before a crash"))
        run_jobs()
        work.refresh_from_db()
        assert work.state == State.REFUSED
        assert not storages["originals"].exists(work.original_key)
        assert list(buckets.of("renditions").objects()) == []

    def test_cancelling_takes_away_a_file_whose_finish_was_cut_off(self) -> None:
        upload = send(make.upload(body=BODY))
        part_storage().complete(upload.work.original_key, upload.token, upload.parts())
        uploads.abort(upload=upload)
        assert storages["originals"].exists(upload.work.original_key)
        run_jobs()
        assert not storages["originals"].exists(upload.work.original_key)

    def test_a_file_is_kept_for_whoever_finishes_first(self) -> None:
        upload = send(make.upload(body=BODY))
        part_storage().complete(upload.work.original_key, upload.token, upload.parts())
        uploads.finish(upload=upload, at=AT)
        uploads.abort(upload=upload)
        assert storages["originals"].exists(upload.work.original_key)


@pytest.mark.django_db(transaction=True)
class TestAnOutage:
    def test_is_no_fault_of_the_file_which_is_read_again_later(self, settings: Any) -> None:
        work = make.ingesting_work()
        right = settings.STORAGES
        buckets.use(settings, buckets.s3(endpoint="http://127.0.0.1:9"))
        run_jobs()
        settings.STORAGES = right
        work.refresh_from_db()
        assert work.state == State.INGESTING
        (waiting,) = ProcrastinateJob.objects.filter(task_name="media.ingest", status="todo")
        assert waiting.args == {"work_id": work.pk}
        assert waiting.scheduled_at is not None

    def test_is_said_in_words_and_the_upload_page_stays(self, settings: Any) -> None:
        upload = make.upload(body=BODY)
        client = _as(upload.owner)
        right = settings.STORAGES
        buckets.use(settings, buckets.s3(endpoint="http://127.0.0.1:9"))
        answer = client.post(f"/studio/uploads/{upload.work.uuid}/finish")
        page = client.get("/studio/upload")
        settings.STORAGES = right
        assert (answer.status_code, page.status_code) == (503, 200)
        assert "The storage does not answer right now" in answer.content.decode()
