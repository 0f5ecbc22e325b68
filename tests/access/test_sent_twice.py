"""Buttons that move votes or money, pressed several times at once over HTTP."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from governance.models import Ballot
from governance.services import proposals
from members.models import User
from royalties.services import runs
from tests import make
from tests.make.ledger import NOON
from tests.make.payouts import earning
from tests.races import at_once

TIMES = 6


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.django_db(transaction=True)
class TestSentAtOnce:
    def test_a_member_who_votes_many_times_has_one_vote(self) -> None:
        voter, other = make.artist(), make.artist()
        proposal = make.proposal(at=timezone.now() - timedelta(hours=1))
        address = reverse("governance:cast", args=[proposal.uuid])
        clients = [browser(voter) for _ in range(TIMES)]

        def vote(number: int) -> int:
            choice = "no" if number % 2 else "yes"
            return clients[number].post(address, {"choice": choice}).status_code

        assert at_once(vote, TIMES) == [302] * TIMES
        browser(other).post(address, {"choice": "yes"})
        last = Ballot.objects.on(proposal).filter(elector__member=voter).last()
        proposals.proceed(at=timezone.now() + timedelta(days=30))
        proposal.refresh_from_db()
        assert last is not None
        counted = {"yes": 1, "no": 0}
        counted[last.choice] += 1
        assert proposal.tally is not None
        assert {name: proposal.tally[name] for name in counted} == counted

    def test_a_run_that_is_approved_many_times_is_paid_once(self) -> None:
        run = runs.propose(proposed_by=earning(), at=NOON)
        address = reverse("royalties:approve_payouts", args=[run.pk])
        clients = [browser(make.board()) for _ in range(TIMES)]
        statuses = at_once(lambda number: clients[number].post(address).status_code, TIMES)
        assert sorted(map(str, statuses)) == ["302"] + ["409"] * (TIMES - 1)
        jobs = ProcrastinateJob.objects.filter(task_name="royalties.pay_run")
        assert [job.args for job in jobs] == [{"run_id": run.pk}]
