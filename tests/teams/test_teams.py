"""Teams: who is in them, who may change them, and what stays on record."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction

from teams.jobs import mail_invitation
from teams.models import Invitation, Team, TeamEvent, Teammate
from teams.rules.roles import TeamRole
from teams.services import invitations, projects, teams
from tests import make
from tests.make.ledger import NOON
from tests.races import at_once

pytestmark = pytest.mark.django_db


def token_of(invitation: Invitation) -> str:
    return invitations.path_of(invitation).rsplit("/", 1)[1]


class TestInvitations:
    def test_are_mailed_with_a_link_that_lets_their_reader_in_once(self) -> None:
        team, reader = make.team(), make.buyer()
        asked = make.invitation(team=team, email=reader.email.upper(), role=TeamRole.APPROVER)
        invitations.mail(invitation_id=asked.pk, at=NOON)
        assert mail.outbox[-1].to == [reader.email]
        assert invitations.path_of(asked) in mail.outbox[-1].body
        assert invitations.accept(token=token_of(asked), user=reader, at=NOON) == team
        assert team.people.present().get(user=reader).role == TeamRole.APPROVER
        with pytest.raises(invitations.NoInvitation):
            invitations.accept(token=token_of(asked), user=reader, at=NOON)

    def test_are_for_nobody_else(self) -> None:
        asked = make.invitation(team=make.team(), email="reader@example.org")
        with pytest.raises(invitations.NoInvitation, match="signed in as"):
            invitations.accept(token=token_of(asked), user=make.buyer(), at=NOON)

    @pytest.mark.parametrize("end", ["expires", "is revoked", "is replaced"])
    def test_end(self, end: str) -> None:
        team, reader = make.team(), make.buyer()
        asked, at = make.invitation(team=team, email=reader.email), NOON
        if end == "expires":
            at += invitations.LASTS
        elif end == "is revoked":
            invitations.revoke(invitation=asked, by=make.manager_of(team), at=NOON)
        else:
            make.invitation(team=team, email=reader.email)
        with pytest.raises(invitations.NoInvitation):
            invitations.accept(token=token_of(asked), user=reader, at=at)

    def test_that_ended_send_no_mail(self) -> None:
        team = make.team()
        asked = make.invitation(team=team, email="reader@example.org", at=NOON - timedelta(30))
        mail_invitation(asked.pk)
        assert mail.outbox == []

    @pytest.mark.parametrize("token", ["", "nobodys", "a:b:c"])
    def test_cannot_be_guessed(self, token: str) -> None:
        with pytest.raises(invitations.NoInvitation):
            invitations.find(token=token, user=make.buyer(), at=NOON)


class TestPeople:
    def test_the_last_manager_can_neither_leave_nor_become_less(self) -> None:
        team = make.team()
        last = team.people.get()
        with pytest.raises(teams.LastManager):
            teams.remove(teammate=last, by=last.user, at=NOON)
        with pytest.raises(teams.LastManager):
            teams.set_role(
                teammate=last, role=TeamRole.BUYER, limit_minor=None, by=last.user, at=NOON
            )

    def test_who_is_removed_sees_the_team_no_more_and_stays_on_record(self) -> None:
        team = make.team()
        gone = make.teammate(team=team)
        teams.remove(teammate=gone, by=make.manager_of(team), at=NOON)
        assert not Team.objects.of(gone.user).exists()
        assert Teammate.objects.get(pk=gone.pk).left_at == NOON
        assert team.events.filter(text=f"{gone.user.name} was removed.").exists()
        assert gone.user.notices.filter(text__contains=team.name).exists()

    def test_who_was_removed_can_be_asked_again(self) -> None:
        team = make.team()
        gone = make.teammate(team=team)
        teams.remove(teammate=gone, by=make.manager_of(team), at=NOON)
        assert make.teammate(team=team, user=gone.user).pk != gone.pk

    def test_a_persons_own_limit_goes_before_the_teams(self) -> None:
        team = make.team(limit=10_000)
        person = make.teammate(team=team)
        assert person.limit is not None
        assert person.limit.minor == 10_000
        teams.set_role(teammate=person, role=TeamRole.BUYER, limit_minor=0, by=person.user, at=NOON)
        person.refresh_from_db()
        assert person.limit.minor == 0

    def test_changes_are_written_down_and_stay_written(self) -> None:
        team = make.team(limit=10_000)
        project = make.project(team=team, budget=50_000)
        projects.close(project=project, by=make.manager_of(team), at=NOON)
        said = list(team.events.values_list("text", flat=True))
        assert "Limit of an order: USD 100.00." in said
        assert "Project “Spring catalogue” began; budget: USD 500.00." in said
        assert "Project “Spring catalogue” was closed." in said
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE teams_teamevent SET text = 'nothing'")
        assert TeamEvent.objects.filter(text="nothing").count() == 0


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_two_managers_who_leave_at_once_leave_one(self) -> None:
        team = make.team()
        make.teammate(team=team, role=TeamRole.MANAGER)
        both = list(team.people.managing())
        ends = at_once(
            lambda number: teams.remove(
                teammate=both[number], by=both[number].user, at=NOON + timedelta(1)
            ),
            2,
        )
        assert sorted(type(end).__name__ for end in ends) == ["LastManager", "NoneType"]
        assert team.people.managing().count() == 1
