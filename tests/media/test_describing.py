"""What artists do with their works: describe, hand in, withdraw, appeal."""

from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from media.models import Work
from media.rules.metadata import MOST_KEYWORDS, Facts
from media.rules.states import State
from media.services import reviews, works
from members.models import User
from tests import make

AT = make.LONG_AGO
FACTS = Facts(title="Dunes at dusk", keywords=("dunes", "dusk"))

pytestmark = pytest.mark.django_db


def _describe(work: Work, **changed: Any) -> Work:
    said = {"facts": FACTS, "editorial": False}
    return works.describe(work=work, **{**said, **changed})


def _declined() -> Work:
    work = make.submitted_work()
    return reviews.decline(work=work, editor=make.editor(), reasons=[], note="No.", at=AT)


class TestDescribe:
    def test_stores_what_the_artist_says_tidied(self) -> None:
        facts = Facts(
            title="  Dunes \u202e at\tdusk ",
            description="Sand.\r\n\r\n\r\nMore sand.",
            keywords=("dunes, dusk", "Dusk", "", "sand"),
            creator="Mira",
            credit="Mira / us",
            rights="© Mira",
        )
        work = _describe(make.draft(), facts=facts, editorial=True)
        work.refresh_from_db()
        assert (work.title, work.description) == ("Dunes at dusk", "Sand.\n\nMore sand.")
        assert work.keywords == ["dunes", "dusk", "sand"]
        assert (work.creator, work.credit, work.rights) == ("Mira", "Mira / us", "© Mira")
        assert work.editorial

    def test_keeps_fifty_of_thousands_of_keywords(self) -> None:
        many = tuple(f"word {number}" for number in range(5000))
        work = _describe(make.draft(), facts=Facts(title="x", keywords=many))
        assert len(work.keywords) == MOST_KEYWORDS

    def test_signs_the_pictures_again_only_when_the_credit_changed(self) -> None:
        work = make.draft()
        same = works.facts_of(work)
        _describe(work, facts=same)
        assert not ProcrastinateJob.objects.filter(task_name="media.sign_again").exists()
        _describe(work, facts=Facts(title="x", creator="Somebody else"))
        jobs = ProcrastinateJob.objects.filter(task_name="media.sign_again")
        assert [job.args for job in jobs] == [{"work_id": work.pk}]

    @pytest.mark.parametrize("make_work", [make.submitted_work, make.published_work, _declined])
    def test_refuses_what_is_no_draft(self, make_work: Any) -> None:
        with pytest.raises(works.NotNow, match="Only a draft"):
            _describe(make_work())


class TestAmend:
    def test_says_the_same_about_several_and_keeps_the_rest(self) -> None:
        artist = make.artist()
        both = [
            make.described_work(owner=artist, title="One", keywords=("one",)),
            make.described_work(owner=artist, title="Two", keywords=("two", "Sea")),
        ]
        facts = Facts(keywords=("sea, coast",), credit="Mira / us")
        one, two = works.amend(works=both, facts=facts)
        assert (one.title, one.keywords) == ("One", ["one", "sea", "coast"])
        assert (two.title, two.keywords) == ("Two", ["two", "Sea", "coast"])
        assert {one.credit, two.credit} == {"Mira / us"}

    def test_hands_all_in_or_none(self) -> None:
        artist = make.artist()
        ready, silent = make.described_work(owner=artist), make.draft(owner=artist)
        with pytest.raises(works.NotDescribed):
            works.amend(works=[ready, silent], facts=Facts(), submit_at=AT)
        assert Work.objects.in_state(State.IN_REVIEW).count() == 0
        works.amend(works=[ready, silent], facts=FACTS, submit_at=AT)
        assert Work.objects.in_state(State.IN_REVIEW).count() == 2


class TestSubmit:
    def test_hands_the_work_to_the_editors_and_records_it(self) -> None:
        work = make.submitted_work()
        assert (work.state, work.submitted_at) == (State.IN_REVIEW, AT)
        (event,) = work.review_events.all()
        assert (event.actor, event.before, event.after) == (
            work.owner,
            State.DRAFT,
            State.IN_REVIEW,
        )

    def test_says_what_is_missing(self) -> None:
        with pytest.raises(works.NotDescribed, match="a title and keywords"):
            works.submit(work=_describe(make.draft(), facts=Facts()), at=AT)

    def test_a_second_submit_is_refused(self) -> None:
        work = make.submitted_work()
        with pytest.raises(works.NotNow):
            works.submit(work=work, at=AT)
        assert work.review_events.count() == 1

    def test_a_returned_work_can_be_changed_and_handed_in_again(self) -> None:
        work = make.submitted_work()
        reviews.send_back(work=work, editor=make.editor(), reasons=[], note="Sharper.", at=AT)
        assert works.submit(work=_describe(work), at=AT).state == State.IN_REVIEW


class TestWithdraw:
    @pytest.mark.parametrize("make_work", [make.draft, make.submitted_work, make.published_work])
    def test_takes_a_work_out_for_good(self, make_work: Any) -> None:
        work = works.withdraw(work=make_work(), at=AT)
        assert (work.state, work.withdrawn_at) == (State.WITHDRAWN, AT)
        with pytest.raises(works.NotNow):
            works.withdraw(work=work, at=AT)

    def test_refuses_what_is_still_being_checked_or_was_declined(self) -> None:
        for work in (make.ingesting_work(), _declined()):
            with pytest.raises(works.NotNow):
                works.withdraw(work=work, at=AT)


class TestAppeal:
    def test_a_declined_work_gets_one_second_look(self) -> None:
        work = works.appeal(work=_declined(), note="It is meant to be soft.", at=AT)
        assert work.state == State.IN_REVIEW
        reviews.decline(work=work, editor=make.editor(), reasons=[], note="Still no.", at=AT)
        with pytest.raises(works.AppealedBefore):
            works.appeal(work=work, note="Please.", at=AT)

    def test_an_undone_decline_is_no_second_look(self) -> None:
        work, editor = make.submitted_work(), make.editor()
        reviews.decline(work=work, editor=editor, reasons=[], note="No.", at=AT)
        reviews.undo(work=work, editor=editor, at=AT)
        work.refresh_from_db()
        reviews.decline(work=work, editor=editor, reasons=[], note="No.", at=AT)
        assert works.appeal(work=work, note="Please.", at=AT).state == State.IN_REVIEW

    def test_needs_words_and_a_decline(self) -> None:
        with pytest.raises(works.NotDescribed):
            works.appeal(work=_declined(), note="  ", at=AT)
        with pytest.raises(works.NotNow):
            works.appeal(work=make.published_work(), note="Why?", at=AT)


def test_whoever_shares_in_a_work_is_found(db: Any) -> None:
    friend: User = make.artist()
    owner = make.artist()
    work = make.described_work(owner=owner, shares={owner: 1, friend: 1})
    assert reviews.shares_in(work, owner)
    assert reviews.shares_in(work, friend)
    assert not reviews.shares_in(work, make.editor())
