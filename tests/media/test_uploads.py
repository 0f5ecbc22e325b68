"""Files on their way in: announced, put together once, forgotten when nobody goes on."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages
from django.db import IntegrityError, connection, transaction

from media.adapters.local_parts import local_parts
from media.models import Upload, Work
from media.rules.parts import PART_BYTES
from media.rules.states import State
from media.services import uploads
from members.models import User
from tests import make
from tests.media.sending import AT, BODY, begin, ingest_jobs, send


def _finished(owner: User, body: bytes = BODY) -> Work:
    return uploads.finish(upload=send(make.upload(owner=owner, body=body), body), at=AT)


@pytest.mark.django_db
class TestBegin:
    def test_makes_a_work_that_is_uploading(self) -> None:
        artist = make.artist()
        work = begin(artist).work
        assert (work.owner, work.state, work.bytes) == (artist, State.UPLOADING, len(BODY))
        assert work.original_name == "dunes.jpg"

    def test_goes_on_with_the_same_file_however_it_is_named_now(self) -> None:
        artist = make.artist()
        first = begin(artist)
        assert begin(artist, name="renamed.jpg") == first
        assert Work.objects.count() == 1

    def test_begins_anew_when_the_storage_has_forgotten_the_parts(self) -> None:
        artist = make.artist()
        first = begin(artist)
        local_parts().abort(first.work.original_key, first.token)
        again = begin(artist)
        assert again != first
        assert uploads.arrived(upload=again) == []
        assert Work.objects.count() == 1

    def test_lets_two_artists_send_the_same_file_until_one_has_arrived(self) -> None:
        assert begin(make.artist()) != begin(make.artist())

    @pytest.mark.parametrize(
        ("name", "kept"),
        [
            ("../../etc/passwd", "passwd"),
            ("C:\\photos\\dunes.jpg", "dunes.jpg"),
            ("новый год.jpg", "новый год.jpg"),
            ("a\x00b\u202egpj.jpg", "abgpj.jpg"),
            ("x" * 400 + ".jpg", "x" * 255),
        ],
    )
    def test_keeps_only_the_last_part_of_a_name(self, name: str, kept: str) -> None:
        assert begin(make.artist(), name=name).work.original_name == kept

    @pytest.mark.parametrize(
        ("changed", "says"),
        [
            ({"size": 0, "digests": []}, "is empty"),
            ({"size": -5, "digests": []}, "is empty"),
            ({"digests": []}, "announced wrongly"),
            ({"digests": ["not a digest"]}, "announced wrongly"),
            ({"size": PART_BYTES + 1}, "announced wrongly"),
            ({"name": "  /"}, "needs a name"),
        ],
    )
    def test_refuses_what_cannot_be_a_file(self, changed: dict[str, Any], says: str) -> None:
        with pytest.raises(uploads.BadFile, match=says):
            begin(make.artist(), **changed)
        assert not Work.objects.exists()

    def test_refuses_a_photograph_or_clip_above_its_limit(self, settings: Any) -> None:
        settings.MAX_PHOTO_BYTES, settings.MAX_VIDEO_BYTES = 10, 15
        artist = make.artist()
        with pytest.raises(uploads.TooLarge, match="Photographs may have 10"):
            begin(artist)
        with pytest.raises(uploads.TooLarge, match="Clips may have 15"):
            begin(artist, media_type="video/mp4")
        settings.MAX_VIDEO_BYTES = len(BODY)
        assert begin(artist, media_type="video/mp4").work.kind == "video"

    def test_refuses_a_duplicate_with_the_first_before_a_byte_is_sent(self) -> None:
        artist = make.artist()
        first = _finished(artist)
        with pytest.raises(uploads.AlreadyHere, match="You have already sent") as mine:
            begin(artist)
        assert mine.value.first == first
        with pytest.raises(uploads.AlreadyHere, match="Another member") as other:
            begin(make.artist())
        assert "dunes" not in other.value.message

    @pytest.mark.parametrize("released", [State.REFUSED, State.WITHDRAWN])
    def test_takes_again_what_was_refused_or_withdrawn(self, released: State) -> None:
        artist = make.artist()
        first = _finished(artist)
        _put_into(first, released)
        assert _finished(artist).pk != first.pk
        assert not Upload.objects.filter(work=first).exists()


@pytest.mark.django_db
class TestSignPart:
    def test_gives_leave_for_the_part_that_was_announced(self) -> None:
        signed = uploads.sign_part(upload=make.upload(), number=1, at=AT)
        assert signed.url.startswith("/parts/")

    def test_counts_as_a_sign_of_life(self) -> None:
        upload = make.upload()
        later = AT + timedelta(days=5)
        uploads.sign_part(upload=upload, number=1, at=later)
        upload.refresh_from_db()
        assert upload.touched_at == later

    @pytest.mark.parametrize("number", [0, 2, -1])
    def test_refuses_a_part_that_the_file_has_not(self, number: int) -> None:
        with pytest.raises(uploads.BadFile, match="has no part"):
            uploads.sign_part(upload=make.upload(), number=number, at=AT)

    def test_refuses_after_the_end(self) -> None:
        artist = make.artist()
        _finished(artist)
        with pytest.raises(uploads.Ended):
            uploads.sign_part(upload=Upload.objects.get(), number=1, at=AT)


@pytest.mark.django_db
class TestFinish:
    def test_puts_the_file_together_and_hands_it_to_ingest(self) -> None:
        work = _finished(make.artist())
        assert work.state == State.INGESTING
        with storages["originals"].open(work.original_key) as file:
            assert file.read() == BODY
        assert ingest_jobs() == [work.pk]

    def test_a_second_finish_returns_the_same_work(self) -> None:
        upload = send(make.upload(body=BODY))
        assert uploads.finish(upload=upload, at=AT) == uploads.finish(upload=upload, at=AT)
        assert len(ingest_jobs()) == 1

    def test_names_the_parts_that_are_missing_and_changes_nothing(self) -> None:
        upload = make.upload()
        with pytest.raises(uploads.Incomplete) as caught:
            uploads.finish(upload=upload, at=AT)
        assert caught.value.missing == [1]
        upload.refresh_from_db()
        assert upload.finished_at is None
        assert upload.work.state == State.UPLOADING
        assert ingest_jobs() == []

    def test_refuses_when_the_storage_has_forgotten_the_parts(self) -> None:
        upload = make.upload()
        local_parts().abort(upload.work.original_key, upload.token)
        with pytest.raises(uploads.Ended, match="send the file again"):
            uploads.finish(upload=upload, at=AT)

    def test_refuses_what_was_cancelled(self) -> None:
        upload = make.upload()
        uploads.abort(upload=upload)
        with pytest.raises(uploads.Ended, match="cancelled"):
            uploads.finish(upload=upload, at=AT)

    def test_of_two_artists_with_one_file_the_second_is_refused_and_forgotten(self) -> None:
        second = send(make.upload(body=BODY))
        first = _finished(make.artist())
        with pytest.raises(uploads.AlreadyHere, match="Another member"):
            uploads.finish(upload=second, at=AT)
        assert list(Work.objects.all()) == [first]
        assert list(_folder().glob(".parts/*")) == []


@pytest.mark.django_db
class TestTake:
    def test_takes_a_whole_file_of_several_parts(self) -> None:
        body = b"x" * (2 * PART_BYTES + 1)
        work = make.ingesting_work(body=body)
        assert (work.state, work.bytes) == (State.INGESTING, len(body))
        with storages["originals"].open(work.original_key) as file:
            assert file.read() == body

    def test_refuses_an_empty_file_and_a_duplicate(self) -> None:
        with pytest.raises(uploads.BadFile, match="is empty"):
            make.ingesting_work(body=b"")
        artist = make.artist()
        make.ingesting_work(owner=artist, body=BODY)
        with pytest.raises(uploads.AlreadyHere):
            make.ingesting_work(owner=artist, body=BODY)


@pytest.mark.django_db
class TestAbortAndSweep:
    def test_abort_leaves_nothing_and_may_be_said_twice(self) -> None:
        upload = send(make.upload(body=BODY))
        uploads.abort(upload=upload)
        uploads.abort(upload=upload)
        assert not Work.objects.exists()
        assert list(_folder().glob(".parts/*")) == []

    def test_abort_leaves_what_has_arrived_alone(self) -> None:
        work = _finished(make.artist())
        uploads.abort(upload=work.upload)
        assert storages["originals"].exists(work.original_key)
        assert Upload.objects.filter(work=work).exists()

    def test_sweep_forgets_only_what_nobody_goes_on_with(self) -> None:
        abandoned = make.upload(body=b"abandoned")
        alive = make.upload(body=b"alive")
        done = _finished(make.artist())
        later = AT + uploads.ABANDONED_AFTER + timedelta(hours=1)
        uploads.sign_part(upload=alive, number=1, at=later)
        assert uploads.sweep(at=later) == 1
        assert set(Upload.objects.all()) == {alive, done.upload}
        assert not Work.objects.filter(pk=abandoned.work_id).exists()


@pytest.mark.django_db
class TestPromisesOfTheDatabase:
    def test_content_is_finished_once(self) -> None:
        make.upload(body=BODY)
        make.upload(body=BODY)
        Upload.objects.filter(pk=Upload.objects.all()[0].pk).update(finished_at=AT)
        with pytest.raises(IntegrityError, match="content_once"), transaction.atomic():
            Upload.objects.open().update(finished_at=AT)

    def test_a_person_has_one_upload_of_a_content_under_way(self) -> None:
        first, second = make.upload(body=BODY), make.upload(body=BODY)
        with pytest.raises(IntegrityError, match="once_under_way"), transaction.atomic():
            Upload.objects.filter(pk=second.pk).update(owner=first.owner)


def _put_into(work: Work, state: State) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE media_work SET state = %s, refusal = 'x', sha256 = 'x', width = 1,"
            " height = 1, withdrawn_at = now() WHERE id = %s",
            [state, work.pk],
        )
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def _folder() -> Path:
    return Path(storages["originals"].path(""))
