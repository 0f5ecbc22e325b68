"""What editors decide: once, never about their own, recorded, told, and undone in time."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from media.models import ReviewEvent, ReviewReason, Work
from media.rules.metadata import Facts
from media.rules.states import State
from media.services import establish, queue, reviews, works
from members.models import Notice
from tests import make

AT = make.LONG_AGO
LATER = AT + timedelta(hours=5)


def _send_back(work: Work, **changed: Any) -> Work:
    said = {"editor": make.editor(), "reasons": [], "note": "Sharper, please.", "at": LATER}
    return reviews.send_back(work=work, **{**said, **changed})


@pytest.mark.django_db
class TestDecisions:
    def test_publishing_is_recorded_and_told(self) -> None:
        work, editor = make.submitted_work(), make.editor()
        published = reviews.publish(work=work, editor=editor, at=LATER)
        assert (published.state, published.published_at) == (State.PUBLISHED, LATER)
        event = work.review_events.last()
        assert event is not None
        assert (event.actor, event.before, event.after, event.at) == (
            editor,
            State.IN_REVIEW,
            State.PUBLISHED,
            LATER,
        )
        notice = Notice.objects.filter(recipient=work.owner).latest("pk")
        assert notice.text == "“Dunes at dusk” is published."
        assert notice.url == f"/studio/works/{work.uuid}"

    def test_sending_back_tells_reasons_and_words(self) -> None:
        make.review_reasons()
        work = _send_back(make.submitted_work(), reasons=["focus"], note=" The left third. ")
        event = work.review_events.last()
        assert event is not None
        assert (work.state, event.reasons, event.note) == (
            State.RETURNED,
            ["focus"],
            "The left third.",
        )
        told = Notice.objects.filter(recipient=work.owner).latest("pk").text
        assert "not sharp where it matters. The left third." in told

    def test_declining_is_told(self) -> None:
        work = reviews.decline(
            work=make.submitted_work(), editor=make.editor(), reasons=[], note="No.", at=LATER
        )
        assert work.state == State.DECLINED
        assert "was declined. No." in Notice.objects.filter(recipient=work.owner).latest("pk").text

    @pytest.mark.parametrize("decide", [reviews.send_back, reviews.decline])
    @pytest.mark.parametrize("reasons", [[], ["unknown"], ["retired"]])
    def test_a_no_needs_a_reason_that_is_in_force(self, decide: Any, reasons: list[str]) -> None:
        ReviewReason.objects.create(code="retired", text="Old.", in_force_from=AT)
        ReviewReason.objects.create(code="retired", text="", in_force_from=AT + timedelta(hours=1))
        work = make.submitted_work()
        with pytest.raises(reviews.NoReason):
            decide(work=work, editor=make.editor(), reasons=reasons, note=" ", at=LATER)
        work.refresh_from_db()
        assert work.state == State.IN_REVIEW

    def test_nobody_decides_about_a_work_they_share_in(self) -> None:
        owner, friend = make.artist(), make.artist()
        work = make.submitted_work(owner=owner, shares={owner: 1, friend: 1})
        for editor in (owner, friend):
            with pytest.raises(reviews.OwnWork, match="another editor"):
                reviews.publish(work=work, editor=editor, at=LATER)

    def test_the_second_editor_hears_who_was_quicker(self) -> None:
        work = make.submitted_work()
        reviews.publish(work=work, editor=make.editor(name="Ana Ruiz"), at=LATER)
        with pytest.raises(reviews.DecidedAlready, match=r"Ana Ruiz has published .* at 17:00"):
            _send_back(work)
        assert work.review_events.count() == 2

    def test_a_decision_is_about_what_the_editor_looked_at(self) -> None:
        seen = make.submitted_work()
        changed = Work.objects.get(pk=_send_back(seen).pk)
        works.describe(
            work=changed,
            facts=Facts(title="Other", keywords=("x",)),
            editorial=False,
        )
        works.submit(work=changed, at=LATER)
        seen.submitted_at = AT
        with pytest.raises(reviews.DecidedAlready):
            reviews.publish(work=seen, editor=make.editor(), at=LATER)

    def test_a_draft_is_not_with_the_editors(self) -> None:
        with pytest.raises(reviews.DecidedAlready, match="not with the editors"):
            reviews.publish(work=make.described_work(), editor=make.editor(), at=LATER)


@pytest.mark.django_db
class TestUndo:
    def test_puts_the_work_back_where_it_stood_in_the_queue(self) -> None:
        work, editor = make.submitted_work(), make.editor()
        reviews.publish(work=work, editor=editor, at=LATER)
        work = reviews.undo(work=work, editor=editor, at=LATER + timedelta(minutes=9))
        assert (work.state, work.submitted_at) == (State.IN_REVIEW, AT)
        assert list(queue.waiting()) == [work]

    def test_is_for_the_same_editor_and_for_minutes(self) -> None:
        work, editor = make.submitted_work(), make.editor()
        reviews.publish(work=work, editor=editor, at=LATER)
        with pytest.raises(reviews.TooLate):
            reviews.undo(work=work, editor=make.editor(), at=LATER)
        with pytest.raises(reviews.TooLate):
            reviews.undo(work=work, editor=editor, at=LATER + timedelta(minutes=11))

    def test_ends_when_the_artist_goes_on(self) -> None:
        work, editor = make.submitted_work(), make.editor()
        _send_back(work, editor=editor)
        works.withdraw(work=work, at=LATER)
        with pytest.raises(reviews.TooLate):
            reviews.undo(work=work, editor=editor, at=LATER)


@pytest.mark.django_db
class TestQueue:
    def test_is_oldest_first_with_neighbours(self) -> None:
        second = make.submitted_work(at=AT + timedelta(hours=1))
        third = make.submitted_work(at=AT + timedelta(hours=2))
        first = make.submitted_work(at=AT)
        assert list(queue.waiting()) == [first, second, third]
        assert queue.neighbours(first) == (None, second)
        assert queue.neighbours(second) == (first, third)
        reviews.publish(work=second, editor=make.editor(), at=LATER)
        assert queue.neighbours(second) == (first, third)

    def test_tells_the_median_wait_of_a_month(self) -> None:
        assert queue.median_wait(LATER) is None
        for hours in (1, 3, 8):
            work = make.submitted_work(at=AT)
            reviews.publish(work=work, editor=make.editor(), at=AT + timedelta(hours=hours))
        assert queue.median_wait(AT + timedelta(hours=9)) == timedelta(hours=3)
        assert queue.median_wait(AT + timedelta(days=40)) is None

    def test_counts_the_wait_from_the_last_handing_in(self) -> None:
        work = _send_back(make.submitted_work(at=AT), at=AT + timedelta(hours=2))
        again = AT + timedelta(days=3)
        works.submit(work=work, at=again)
        work.refresh_from_db()
        reviews.publish(work=work, editor=make.editor(), at=again + timedelta(hours=4))
        assert queue.median_wait(again + timedelta(hours=5)) == timedelta(hours=3)


@pytest.mark.django_db
class TestHistory:
    def test_tells_every_step_in_the_words_of_its_time(self) -> None:
        make.review_reasons()
        work = _send_back(make.submitted_work(), reasons=["release"], note="Both people.")
        changed = [{"code": "release", "text": "Another text."}]
        establish.establish({"media": {"review_reasons": changed}}, LATER + timedelta(hours=1))
        handed_in, returned = reviews.history(work)
        assert (handed_in.title, handed_in.text) == ("Handed in", "")
        assert returned.title == "Returned"
        assert returned.text == "A release of the people shown is missing. Both people."

    def test_tells_an_editor_what_can_be_undone(self) -> None:
        editor = make.editor()
        reviews.publish(work=make.submitted_work(), editor=editor, at=AT)
        reviews.publish(work=make.submitted_work(), editor=editor, at=LATER)
        assert [undoable for _, undoable in reviews.latest_of(editor, LATER)] == [True, False]


@pytest.mark.django_db
class TestReasons:
    def test_establishing_twice_changes_nothing(self) -> None:
        make.review_reasons()
        make.review_reasons()
        assert ReviewReason.objects.count() == 2

    def test_a_change_is_a_new_version_and_a_missing_one_retires(self) -> None:
        make.review_reasons()
        changed = [{"code": "focus", "text": "Unsharp."}]
        establish.establish({"media": {"review_reasons": changed}}, LATER)
        assert [str(reason) for reason in ReviewReason.objects.in_force(LATER)] == [
            "focus: Unsharp."
        ]
        assert len(ReviewReason.objects.in_force(LATER - timedelta(seconds=1))) == 2

    def test_data_without_reasons_leaves_them_alone(self) -> None:
        make.review_reasons()
        establish.establish({}, LATER)
        assert len(ReviewReason.objects.in_force(LATER)) == 2

    @pytest.mark.parametrize("model", [ReviewReason, ReviewEvent])
    def test_what_was_said_stays_said(self, model: Any) -> None:
        make.review_reasons()
        make.submitted_work()
        with pytest.raises(IntegrityError, match="written once"), transaction.atomic():
            model.objects.update(at=AT) if model is ReviewEvent else model.objects.update(text="x")
        with pytest.raises(IntegrityError, match="written once"), transaction.atomic():
            model.objects.all()._raw_delete("default")


@pytest.mark.django_db(transaction=True)
def test_of_two_editors_at_once_one_decides() -> None:
    work, editors = make.submitted_work(), [make.editor(), make.editor()]
    gate, answers = threading.Barrier(2), []

    def decide() -> None:
        mine = Work.objects.get(pk=work.pk)
        editor = editors.pop()
        try:
            gate.wait()
            answers.append(reviews.publish(work=mine, editor=editor, at=LATER).state)
        except reviews.DecidedAlready as error:
            answers.append(error.message[-8:])
        finally:
            connection.close()

    threads = [threading.Thread(target=decide) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(answers) == ["already.", State.PUBLISHED]
    assert work.review_events.filter(after=State.PUBLISHED).count() == 1
