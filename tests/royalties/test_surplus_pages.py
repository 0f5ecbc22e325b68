"""Pages about the surplus, from the treasurer's close to a member's own cents."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from governance.services import ballots
from ledger.services import balances
from members.models import User
from royalties.models import Distribution, DistributionPlan, YearClose
from royalties.services import distributions
from stockcoop.kernel.money import Money
from tests import make
from tests.make.surplus import IN_YEAR

LAW = {"reserve": "20", "class_A": "5", "class_B": "5", "class_C": "90"}


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def artist_with_sales() -> User:
    make.bylaws()
    make.founder()
    return make.sale(price=Money(20_000, "USD"), at=IN_YEAR).work.owner


@pytest.mark.django_db
class TestTheTreasurer:
    def test_closes_a_year_works_out_plans_and_puts_them_to_the_vote(self) -> None:
        artist_with_sales()
        client = browser(make.treasurer())
        assert "Close a year" in client.get("/surplus").text
        client.post("/surplus/close", {"year": "2025"})
        assert balances.of("coop:year:2025") == Money(10_000, "USD")
        for title, reserve in (("By the by-laws", "20"), ("Save more", "40.5")):
            client.post("/surplus/2025/plans", {**LAW, "title": title, "reserve": reserve})
        assert [plan.reserve_minor for plan in DistributionPlan.objects.all()] == [2_000, 4_050]
        plans = list(DistributionPlan.objects.values_list("pk", flat=True))
        answer = client.post("/surplus/2025/vote", {"plans": plans}, follow=True)
        assert "The vote is announced" in answer.text
        assert "Save more" in answer.text

    def test_reads_what_is_wrong_with_a_plan(self) -> None:
        artist_with_sales()
        make.closed_year()
        client = browser(make.treasurer())
        answer = client.post("/surplus/2025/plans", {**LAW, "title": "Odd", "class_C": "80"})
        assert answer.status_code == 422
        assert "100 % together" in answer.text
        answer = client.post("/surplus/2025/vote", {"plans": []})
        assert answer.status_code == 422
        assert not DistributionPlan.objects.exists()

    def test_closes_only_what_is_there(self) -> None:
        make.founder()
        answer = browser(make.treasurer()).post("/surplus/close", {"year": "1999"})
        assert answer.status_code == 422
        assert not YearClose.objects.exists()

    def test_sees_every_member_and_the_others_do_not(self) -> None:
        artist = artist_with_sales()
        plan = make.distribution_plan(make.closed_year())
        address = f"/surplus/2025/plans/{plan.number}"
        for viewer, sees in ((make.treasurer(), True), (make.board(), True), (artist, False)):
            assert ("Every member" in browser(viewer).get(address).text) is sees

    def test_alone_closes_plans_and_opens_votes(self) -> None:
        artist = artist_with_sales()
        make.closed_year()
        for user in (artist, make.board(), make.user()):
            client = browser(user)
            for address in ("/surplus/close", "/surplus/2025/plans", "/surplus/2025/vote"):
                assert client.post(address).status_code == 403


@pytest.mark.django_db
class TestAMember:
    def test_sees_their_own_part_and_how_it_comes_about_before_the_vote(self) -> None:
        artist = artist_with_sales()
        make.distribution_plan(make.closed_year())
        text = browser(artist).get("/surplus/2025").text
        assert "Your part" in text
        assert "72.00" in text
        assert "USD 100.00 of USD 100.00 in royalties" in text

    def test_sees_a_loss_as_one(self) -> None:
        make.bylaws()
        make.founder()
        make.cost(500)
        make.closed_year()
        client = browser(make.artist())
        assert "Loss of 2025" in client.get("/surplus/2025").text
        assert "nothing to distribute" in client.get("/surplus").text.lower()

    def test_settles_a_vote_that_is_over_by_looking(self) -> None:
        artist = artist_with_sales()
        close = make.closed_year()
        long_enough = timezone.now() - timedelta(days=8)
        plan = make.distribution_plan(close, at=long_enough)
        vote = distributions.open_vote(
            close=close, plans=[plan], by=close.closed_by, at=long_enough
        )
        for voter in (artist, make.founder()):
            ballots.cast(proposal=vote.proposal, member=voter, choice="yes", at=long_enough)
        text = browser(artist).get("/surplus/2025").text
        assert "distributed as the members decided" in text
        assert Distribution.objects.get().plan == plan
        assert balances.of(f"member:{artist.pk}") == Money(10_000 + 7_200, "USD")

    def test_finds_no_year_that_is_not_closed(self) -> None:
        artist = artist_with_sales()
        assert browser(artist).get("/surplus/2025").status_code == 404
        assert browser(artist).get("/surplus/2025/plans/1").status_code == 404
