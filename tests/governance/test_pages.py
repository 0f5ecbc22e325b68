"""Pages about votes and by-laws."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from governance.models import Ballot, Proposal
from governance.rules.tally import Choice
from governance.services import ballots
from members.models import User
from tests import make

OPTIONS = (Choice("a", "Plan A"), Choice("b", "Plan B"))


def page(proposal: Proposal) -> str:
    return f"/votes/{proposal.uuid}"


def open_now(**facts: object) -> Proposal:
    return make.proposal(at=timezone.now() - timedelta(hours=1), **facts)  # type: ignore[arg-type]


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.django_db
class TestVoting:
    def test_records_a_vote_and_shows_it_to_the_voter(self) -> None:
        artist = make.artist()
        proposal, client = open_now(), browser(artist)
        assert proposal.title in client.get("/votes").text
        answer = client.post(f"{page(proposal)}/ballot", {"choice": "yes"}, follow=True)
        assert "Your vote is recorded" in answer.text
        assert "You voted <strong>Yes</strong>" in answer.text

    def test_shows_only_how_many_took_part_while_it_is_open(self) -> None:
        artist, other = make.artist(), make.artist()
        proposal = open_now()
        ballots.cast(proposal=proposal, member=artist, choice="no", at=timezone.now())
        text = browser(other).get(page(proposal)).text
        assert "Took part" in text
        assert 'class="vote' not in text
        assert artist.name not in text

    def test_says_when_a_ballot_is_empty_or_odd(self) -> None:
        artist = make.artist()
        proposal, client = open_now(options=OPTIONS), browser(artist)
        for data in ({}, {"choice": "yes"}):
            assert client.post(f"{page(proposal)}/ballot", data).status_code == 422
        assert not Ballot.objects.exists()

    def test_is_not_for_those_who_came_later(self) -> None:
        make.founder()
        proposal = open_now()
        client = browser(make.artist(at=timezone.now()))
        assert "Only those who were members" in client.get(page(proposal)).text
        answer = client.post(f"{page(proposal)}/ballot", {"choice": "yes"})
        assert answer.status_code == 403

    def test_is_not_for_those_who_are_no_members(self) -> None:
        make.founder()
        proposal = open_now()
        assert browser(make.user()).get(page(proposal)).status_code == 403
        treasurer = browser(make.treasurer())
        assert treasurer.get(page(proposal)).status_code == 200
        assert treasurer.post(f"{page(proposal)}/ballot", {}).status_code == 403

    def test_can_be_done_without_a_mouse(self) -> None:
        proposal = open_now(options=OPTIONS)
        text = browser(make.founder()).get(page(proposal)).text
        radios = re.findall(r'<input type="radio"[^>]*id="([^"]+)"', text)
        assert len(radios) == 4
        assert all(f'for="{radio}"' in text for radio in radios)
        assert "<legend>" in text


@pytest.mark.django_db
class TestResults:
    def test_are_counted_by_whoever_looks_first(self) -> None:
        founder = make.founder()
        proposal = make.proposal(at=timezone.now() - timedelta(days=8))
        during = timezone.now() - timedelta(days=5)
        ballots.cast(proposal=proposal, member=founder, choice="yes", at=during)
        text = browser(founder).get(page(proposal)).text
        proposal.refresh_from_db()
        assert proposal.result == Proposal.Result.PASSED
        assert "Adopted with 1 of 1 votes" in text
        assert text.count('class="vote ') == 3
        assert "passed" in browser(founder).get("/votes").text.lower()

    def test_refuse_a_late_ballot_with_a_sentence(self) -> None:
        founder = make.founder()
        proposal = make.proposal(at=timezone.now() - timedelta(days=8))
        answer = browser(founder).post(f"{page(proposal)}/ballot", {"choice": "yes"})
        assert answer.status_code == 409


@pytest.mark.django_db
class TestByLaws:
    def test_are_read_by_anybody_version_by_version(self, client: Client) -> None:
        make.bylaws()
        make.bylaws(at=make.LONG_AGO + timedelta(days=1), voting={"quorum_bp": 2500})
        assert "the quorum is 25 %" in client.get("/bylaws").text
        assert "the quorum is 50 %" in client.get("/bylaws?version=1").text

    @pytest.mark.parametrize("address", ["/bylaws", "/bylaws?version=9", "/bylaws?version=x"])
    def test_that_are_not_there_are_not_found(self, client: Client, address: str) -> None:
        assert client.get(address).status_code == 404
