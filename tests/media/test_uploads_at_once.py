"""Two people, or one in two windows, in the same moment."""

import threading
from collections.abc import Callable
from contextlib import suppress

import pytest
from django.db import connection

from media.models import Upload, Work
from media.rules.states import State
from media.services import uploads
from tests import make
from tests.media.sending import AT, BODY, begin, ingest_jobs, send


@pytest.mark.django_db(transaction=True)
class TestTwoAtOnce:
    def test_two_finishes_make_one_work_and_one_job(self) -> None:
        upload = send(make.upload(body=BODY))
        answers = _together(lambda: uploads.finish(upload=upload, at=AT).pk)
        assert answers == [upload.work_id] * 2
        assert len(ingest_jobs()) == 1

    def test_two_announcements_of_one_person_are_one_upload(self) -> None:
        artist = make.artist()
        assert len(set(_together(lambda: begin(artist).pk))) == 1
        assert Work.objects.count() == 1

    def test_two_artists_finishing_the_same_content_make_one_work(self) -> None:
        both = [send(make.upload(body=BODY)), send(make.upload(body=BODY))]

        def finish() -> object:
            try:
                return uploads.finish(upload=both.pop(), at=AT).state
            except uploads.AlreadyHere:
                return "already here"

        assert sorted(map(str, _together(finish))) == ["already here", State.INGESTING]
        assert Work.objects.count() == 1

    def test_finishing_and_cancelling_leave_either_a_work_or_nothing(self) -> None:
        upload = send(make.upload(body=BODY))
        doing: list[Callable[[], object]] = [
            lambda: uploads.finish(upload=upload, at=AT),
            lambda: uploads.abort(upload=upload),
        ]

        def do() -> None:
            with suppress(uploads.Ended):
                doing.pop()()

        _together(do)
        arrived = Work.objects.filter(state=State.INGESTING).count()
        assert Work.objects.count() == Upload.objects.count() == len(ingest_jobs()) == arrived


def _together(act: Callable[[], object]) -> list[object]:
    """What `act` returns in two threads that start at the same moment, each its own connection."""
    gate, answers = threading.Barrier(2), []

    def run() -> None:
        try:
            gate.wait()
            answers.append(act())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return answers
