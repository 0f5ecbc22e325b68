"""Clips in smaller sizes: made by the worker, once, kept, handed out, forgotten."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from media.models import Encoding, Work
from media.rules.encodings import Stage
from media.services import deliveries, encodings
from media.services.deliveries import NotDeliverable
from media.services.storage import verify
from tests import make
from tests.jobs import run_jobs
from tests.media import files
from tests.media.arrivals import ingested
from tests.media.licensed import cut, encode

LATER = timedelta(days=200)


@pytest.fixture
def work(tmp_path: Path) -> Work:
    """A clip of 160 by 96 px."""
    return ingested(files.clip(tmp_path / "clip.mp4", sound=True))


def _order(work: Work, longest_side: int = 80) -> Encoding:
    encodings.order(work=work, longest_side=longest_side, at=timezone.now())
    return Encoding.objects.get(work=work)


def _jobs() -> int:
    return ProcrastinateJob.objects.filter(task_name="media.encode").count()


@pytest.mark.django_db
class TestOrdering:
    def test_makes_one_job_however_often_it_is_asked_for(self, work: Work) -> None:
        _order(work)
        _order(work)
        assert (_jobs(), Encoding.objects.count()) == (1, 1)

    def test_tries_again_what_was_given_up(self, work: Work) -> None:
        encodings.give_up(encoding_id=_order(work).pk)
        assert encodings.readiness(work=work, longest_side=80).has_failed
        assert _order(work).stage == Stage.WAITING
        assert _jobs() == 2

    @pytest.mark.parametrize("longest_side", [None, 160])
    def test_is_not_needed_at_the_clips_own_size(
        self, work: Work, longest_side: int | None
    ) -> None:
        at = timezone.now()
        assert deliveries.prepare(work=work, longest_side=longest_side, at=at).is_ready
        assert not Encoding.objects.exists()

    def test_is_not_needed_for_a_photograph(self) -> None:
        work = ingested(files.photograph())
        assert deliveries.prepare(work=work, longest_side=80, at=timezone.now()).is_ready

    def test_comes_before_cutting(self, work: Work) -> None:
        with pytest.raises(NotDeliverable):
            cut(work, 80)


@pytest.mark.django_db
class TestMaking:
    def test_gives_a_private_file_that_its_row_knows(self, work: Work) -> None:
        made = encode(work, 80)
        assert (made.stage, made.width, made.height) == (Stage.MADE, 80, 48)
        assert storages["originals"].size(made.key) == made.bytes
        assert encodings.readiness(work=work, longest_side=80).is_ready

    def test_twice_is_once(self, work: Work) -> None:
        made = encode(work, 80)
        before = storages["originals"].get_modified_time(made.key)
        encodings.make(encoding_id=made.pk)
        assert storages["originals"].get_modified_time(made.key) == before

    def test_replaces_what_a_killed_worker_left_half_written(self, work: Work) -> None:
        encoding = _order(work)
        storages["originals"].save(encoding.key, ContentFile(b"half"))
        assert encode(work, 80).bytes == storages["originals"].size(encoding.key) > 4

    def test_tells_how_far_it_is(self, work: Work) -> None:
        encoding = _order(work)
        encodings._teller(encoding)(42)
        assert encodings.readiness(work=work, longest_side=80).percent == 42

    def test_is_delivered_alike_each_time_without_being_encoded_again(self, work: Work) -> None:
        encode(work, 80)
        first, second = cut(work, 80)[1], cut(work, 80)[1]
        assert first == second
        assert (_jobs(), Encoding.objects.count()) == (1, 1)

    def test_of_one_whose_file_is_lost_begins_anew(self, work: Work) -> None:
        storages["originals"].delete(encode(work, 80).key)
        with pytest.raises(NotDeliverable):
            cut(work, 80)
        assert encode(work, 80).stage == Stage.MADE
        assert cut(work, 80)[1]


@pytest.mark.django_db
class TestKeeping:
    def test_goes_with_its_row_in_the_storage(self, work: Work) -> None:
        waiting = _order(work)
        assert list(verify.differences(at=timezone.now() + LATER)) == []
        made = encode(work, 80)
        assert list(verify.differences(at=timezone.now() + LATER)) == []
        storages["originals"].delete(made.key)
        (said,) = verify.differences(at=timezone.now() + LATER)
        assert waiting.key in said

    def test_ends_when_nobody_asks_and_the_file_goes_after_the_row(self, work: Work) -> None:
        made = encode(work, 80)
        Encoding.objects.filter(pk=made.pk).update(used_at=timezone.now())
        encodings.sweep(at=timezone.now())
        assert Encoding.objects.exists()
        encodings.sweep(at=timezone.now() + LATER)
        assert not Encoding.objects.exists()
        assert storages["originals"].exists(made.key)
        encodings.sweep(at=timezone.now() + LATER)
        assert not storages["originals"].exists(made.key)


@pytest.mark.django_db(transaction=True)
class TestTheWorker:
    def test_makes_what_was_asked_for(self, work: Work) -> None:
        _order(work)
        run_jobs()
        assert encodings.readiness(work=work, longest_side=80).is_ready


@pytest.mark.django_db
class TestSettling:
    def test_of_a_photograph_asks_for_nothing(self) -> None:
        make.licence(works=[make.photograph_on_sale()])
        assert _jobs() == 0
