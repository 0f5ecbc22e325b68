"""What the database promises about works."""

import time

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from media.models import Rendition, ReviewEvent, Work
from media.rules.states import State
from tests import make
from tests.media import files
from tests.media.arrivals import arrived, ingested

pytestmark = pytest.mark.django_db

BODY = files.photograph(size=(60, 40))


class TestMoves:
    def test_happen_once(self) -> None:
        work = arrived(BODY)
        works = Work.objects.filter(pk=work.pk)
        assert works.move(State.INGESTING, State.REFUSED, refusal="why")
        assert not works.move(State.INGESTING, State.REFUSED, refusal="why")


class TestConstraints:
    def test_two_works_cannot_hold_the_same_content(self) -> None:
        first, second = ingested(BODY), arrived(BODY + b"x")
        with pytest.raises(IntegrityError, match="media_work_content_once"):
            Work.objects.filter(pk=second.pk).update(sha256=first.sha256)

    def test_a_draft_knows_its_file(self) -> None:
        work = ingested(BODY)
        with pytest.raises(IntegrityError, match="media_work_known_after_ingest"):
            Work.objects.filter(pk=work.pk).update(sha256="")

    def test_a_refusal_has_words(self) -> None:
        work = arrived(BODY)
        with pytest.raises(IntegrityError, match="media_work_refused_with_reason"):
            Work.objects.filter(pk=work.pk).update(state=State.REFUSED)

    def test_published_and_withdrawn_works_have_their_date(self) -> None:
        work = ingested(BODY)
        with pytest.raises(IntegrityError, match="media_work_withdrawn_at"):
            Work.objects.filter(pk=work.pk).update(state=State.WITHDRAWN)

    def test_a_rendition_stands_once_for_its_recipe_and_format(self) -> None:
        work = ingested(BODY)
        with pytest.raises(IntegrityError, match="media_rendition_once_per_recipe"):
            Rendition.objects.create(
                work=work, recipe="r256", format="jpeg", width=1, height=1, key="k", bytes=1
            )

    def test_review_events_are_written_once(self) -> None:
        work = ingested(BODY)
        ReviewEvent.objects.create(
            work=work,
            actor=work.owner,
            before=State.DRAFT,
            after=State.IN_REVIEW,
            at=make.LONG_AGO,
        )
        with pytest.raises(IntegrityError, match="written once"), transaction.atomic():
            ReviewEvent.objects.update(note="changed")
        with pytest.raises(ProtectedError):
            work.delete()


def _horizon_above(work: Work) -> int:
    """The horizon as soon as it has passed the last change of `work`.

    Transactions of other test processes on the same server hold it back for a moment.
    """
    work.refresh_from_db()
    for _ in range(200):
        if (horizon := Work.objects.horizon()) > work.change_xid:
            return horizon
        time.sleep(0.05)
    raise TimeoutError("some transaction never ended")


@pytest.mark.django_db(transaction=True)
class TestFollowingChanges:
    def test_a_change_is_seen_once_the_transactions_before_it_have_ended(self) -> None:
        work = arrived(BODY)
        seen = _horizon_above(work)
        assert work in Work.objects.changed_between(0, seen)
        Work.objects.filter(pk=work.pk).update(title="New")
        later = _horizon_above(work)
        assert list(Work.objects.changed_between(seen, later)) == [work]
        assert not Work.objects.changed_between(later, Work.objects.horizon())

    def test_a_change_that_is_not_committed_lies_beyond_the_horizon(self) -> None:
        work = arrived(BODY)
        with transaction.atomic():
            Work.objects.filter(pk=work.pk).update(title="New")
            work.refresh_from_db()
            assert work.change_xid >= Work.objects.horizon()

    def test_every_change_has_a_number_of_its_own(self) -> None:
        work = arrived(BODY)
        before = work.change_seq
        Work.objects.filter(pk=work.pk).update(title="New")
        work.refresh_from_db()
        assert work.change_seq > before
