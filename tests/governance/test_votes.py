"""A vote from its opening to its count."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from governance.models import Ballot, Elector, Proposal
from governance.rules.tally import Choice
from governance.services import ballots, proposals, verify
from members.models import Notice, User
from members.services import memberships
from tests import make
from tests.make.governance import WEEK

OPEN = make.LONG_AGO + timedelta(days=100)
DURING = OPEN + timedelta(days=3)
END = OPEN + WEEK
OPTIONS = (Choice("a", "Plan A"), Choice("b", "Plan B"))


def people(number: int) -> list[User]:
    return [make.founder(), *(make.artist() for _ in range(number - 1))]


def vote(proposal: Proposal, voters: list[User], choice: str, at: datetime = DURING) -> None:
    for voter in voters:
        ballots.cast(proposal=proposal, member=voter, choice=choice, at=at)


@pytest.mark.django_db
class TestElectors:
    def test_are_the_members_at_the_opening(self) -> None:
        early, leaver = people(2)
        proposal = make.proposal(at=OPEN)
        memberships.leave(user=leaver, at=DURING)
        make.member(at=DURING)
        assert set(proposal.electors.values_list("member", flat=True)) == {early.pk, leaver.pk}

    def test_are_of_the_classes_that_vote(self) -> None:
        _, artist = people(2)
        make.bylaws(voting={"electorate": ["C"]})
        proposal = make.proposal(at=OPEN)
        assert [elector.member for elector in proposal.electors.all()] == [artist]

    def test_are_those_at_the_opening_also_when_entered_late(self) -> None:
        _, artist = people(2)
        make.bylaws(voting={"notice_days": 2})
        proposal = make.proposal(at=OPEN - timedelta(days=2))
        assert proposal.electorate is None
        memberships.leave(user=artist, at=DURING)
        proposals.proceed(DURING)
        proposal.refresh_from_db()
        assert proposal.electorate == 2

    def test_are_told(self) -> None:
        _, artist = people(2)
        proposal = make.proposal(at=OPEN)
        assert Notice.objects.filter(recipient=artist, url__endswith=str(proposal.uuid)).exists()


@pytest.mark.django_db
class TestCasting:
    def test_counts_the_last_word_and_keeps_the_first(self) -> None:
        founder, artist = people(2)
        proposal = make.proposal(at=OPEN)
        vote(proposal, [founder, artist], "yes")
        vote(proposal, [artist], "no", at=DURING + timedelta(hours=1))
        assert Ballot.objects.count() == 3
        assert proposals.recount(proposal)[0] == {"yes": 1, "no": 1, "abstain": 0}
        latest = ballots.own(proposal=proposal, member=artist)
        assert latest is not None
        assert latest.choice == "no"
        assert proposals.turnout(proposal) == 2

    def test_is_refused_to_those_who_came_later(self) -> None:
        people(1)
        proposal = make.proposal(at=OPEN)
        with pytest.raises(ballots.NotAnElector):
            vote(proposal, [make.artist(at=DURING)], "yes")

    @pytest.mark.parametrize("at", [OPEN - timedelta(seconds=1), END])
    def test_is_refused_outside_the_time(self, at: datetime) -> None:
        voters = people(1)
        proposal = make.proposal(at=OPEN)
        with pytest.raises(ballots.VotingNotOpen):
            vote(proposal, voters, "yes", at=at)

    def test_is_refused_for_what_is_not_on_the_paper(self) -> None:
        voters = people(1)
        proposal = make.proposal(at=OPEN, options=OPTIONS)
        with pytest.raises(ballots.NotOnThePaper):
            vote(proposal, voters, "yes")


@pytest.mark.django_db
class TestClosing:
    def test_waits_for_the_end(self) -> None:
        people(1)
        with pytest.raises(proposals.NotOver):
            proposals.close(make.proposal(at=OPEN), END - timedelta(seconds=1))

    def test_keeps_the_result_and_gives_the_same_ever_after(self) -> None:
        voters = people(3)
        proposal = make.proposal(at=OPEN, options=OPTIONS)
        vote(proposal, voters[:2], "b")
        first = proposals.close(proposal, END)
        assert (first.passed, first.winner) == (True, "b")
        assert proposal.tally == {"a": 0, "b": 2, "none": 0, "abstain": 0}
        assert proposals.close(proposal, END + WEEK) == first
        proposal.refresh_from_db()
        assert proposal.closed_at == END

    def test_fails_below_the_quorum(self) -> None:
        voters = people(3)
        proposal = make.proposal(at=OPEN)
        vote(proposal, voters[:1], "yes")
        assert not proposals.close(proposal, END).passed

    def test_happens_by_itself_when_due(self) -> None:
        people(1)
        proposal = make.proposal(at=OPEN)
        proposals.proceed(END)
        proposal.refresh_from_db()
        assert proposal.result == Proposal.Result.FAILED


@pytest.mark.django_db
class TestTheDatabase:
    def refuses(self, act: Callable[[], Any], because: str) -> None:
        with pytest.raises(DatabaseError, match=because), transaction.atomic():
            act()

    def elector(self, **facts: Any) -> Elector:
        people(1)
        return make.proposal(at=OPEN, **facts).electors.get()

    def test_refuses_a_ballot_outside_the_time(self) -> None:
        elector = self.elector()
        for at in (OPEN - timedelta(seconds=1), END):
            ballot = Ballot(elector=elector, choice="yes", cast_at=at)
            self.refuses(ballot.save, "voting is not open")

    def test_refuses_a_ballot_after_the_count(self) -> None:
        elector = self.elector()
        proposals.close(elector.proposal, END)
        ballot = Ballot(elector=elector, choice="yes", cast_at=DURING)
        self.refuses(ballot.save, "voting is not open")

    def test_refuses_a_ballot_that_says_something_else(self) -> None:
        elector = self.elector(options=OPTIONS)
        for choice in ("yes", "no", "c", ""):
            ballot = Ballot(elector=elector, choice=choice, cast_at=DURING)
            self.refuses(ballot.save, "is not on the paper")

    def test_refuses_a_ballot_from_nobody_entered(self) -> None:
        self.elector()
        ballot = Ballot(elector_id=0, choice="yes", cast_at=DURING)
        self.refuses(ballot.save, "voting is not open")

    def test_refuses_an_elector_smuggled_in(self) -> None:
        proposal = self.elector().proposal
        self.refuses(Elector(proposal=proposal, member=make.user()).save, "are entered")

    def test_refuses_to_change_a_ballot_an_elector_or_a_question(self) -> None:
        elector = self.elector()
        ballots.cast(proposal=elector.proposal, member=elector.member, choice="no", at=DURING)
        self.refuses(lambda: Ballot.objects.update(choice="yes"), "written once")
        self.refuses(lambda: Ballot.objects.all().delete(), "written once")
        self.refuses(lambda: Elector.objects.update(member=make.user()), "written once")
        self.refuses(lambda: Proposal.objects.update(title="Other"), "nothing else changes")
        self.refuses(lambda: Proposal.objects.update(electorate=9), "nothing else changes")

    def test_refuses_to_change_a_result(self) -> None:
        proposal = self.elector().proposal
        proposals.close(proposal, END)
        self.refuses(lambda: Proposal.objects.update(result="passed", winner="yes"), "once")

    def test_refuses_a_result_without_a_tally(self) -> None:
        self.elector()
        self.refuses(
            lambda: Proposal.objects.update(result="failed", closed_at=END),
            "proposal_closed_with_a_tally",
        )


@pytest.mark.django_db
class TestVerifying:
    def test_finds_nothing_wrong_with_what_the_services_wrote(self) -> None:
        voters = people(3)
        proposal = make.proposal(at=OPEN)
        vote(proposal, voters, "yes")
        proposals.close(proposal, END)
        assert list(verify.differences()) == []

    def test_names_a_tally_and_a_result_altered_by_hand(self) -> None:
        voters = people(3)
        proposal = make.proposal(at=OPEN)
        vote(proposal, voters, "no")
        proposals.close(proposal, END)
        altered = {"yes": 3, "no": 0, "abstain": 0}
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            Proposal.objects.update(tally=altered, result="passed", winner="yes")
            cursor.execute("SET LOCAL session_replication_role = DEFAULT")
        found = list(verify.differences())
        assert len(found) == 2
        assert "stores the tally" in found[0]
        assert "the recount gives failed" in found[1]

    def test_names_terms_that_are_not_those_of_the_by_laws(self) -> None:
        make.proposal(at=OPEN)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            Proposal.objects.update(quorum_bp=5001, closes_at=END + timedelta(days=1))
            cursor.execute("SET LOCAL session_replication_role = DEFAULT")
        found = list(verify.differences())
        assert ["a quorum (bp) of 5001" in found[0], "an end of" in found[1]] == [True, True]


@pytest.mark.django_db(transaction=True)
def test_a_ballot_and_the_count_never_pass_each_other() -> None:
    """Whichever comes first: a ballot that was taken is in the tally."""
    voters = people(4)
    proposal = make.proposal(at=OPEN)
    barrier = threading.Barrier(len(voters) + 1)

    def cast(voter: User) -> None:
        barrier.wait(timeout=10)
        try:
            ballots.cast(proposal=proposal, member=voter, choice="yes", at=DURING)
        except ballots.VotingNotOpen:
            pass
        finally:
            connection.close()

    def close() -> None:
        barrier.wait(timeout=10)
        proposals.close(Proposal.objects.get(), END)
        connection.close()

    threads = [threading.Thread(target=cast, args=[voter]) for voter in voters]
    threads.append(threading.Thread(target=close))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    proposal.refresh_from_db()
    assert proposal.tally is not None
    assert proposal.tally["yes"] == Ballot.objects.count()
    assert list(verify.differences()) == []
