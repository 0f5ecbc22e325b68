"""Teams, projects and lightboxes for tests, made by their services."""

from datetime import datetime

from members.models import User
from teams.models import Invitation, Project, Team, Teammate
from teams.rules.roles import TeamRole
from teams.services import invitations, projects, teams
from tests.make.ledger import NOON
from tests.make.members import buyer


def team(*, by: User | None = None, limit: int | None = None, month: int | None = None) -> Team:
    """A team that `by` founded and manages; `limit` and `month` in minor units."""
    by = by or buyer()
    founded = teams.found(name="Atlas", legal_name="Atlas Books Ltd", by=by, at=NOON)
    teams.settle(
        team=founded,
        name=founded.name,
        legal_name=founded.legal_name,
        limit_minor=limit,
        month_minor=month,
        by=by,
        at=NOON,
    )
    founded.refresh_from_db()
    return founded


def manager_of(team: Team) -> User:
    """Who founded the team."""
    return team.people.managing().earliest("pk").user


def invitation(
    *, team: Team, email: str, role: TeamRole = TeamRole.BUYER, at: datetime = NOON
) -> Invitation:
    """An invitation by the team's manager."""
    return invitations.invite(team=team, email=email, role=role, by=manager_of(team), at=at)


def teammate(*, team: Team, role: TeamRole = TeamRole.BUYER, user: User | None = None) -> Teammate:
    """Somebody who was invited into the team and came."""
    user = user or buyer()
    asked = invitation(team=team, email=user.email, role=role)
    token = invitations.path_of(asked).rsplit("/", 1)[1]
    invitations.accept(token=token, user=user, at=NOON)
    return team.people.present().get(user=user)


def project(*, team: Team, budget: int | None = None, name: str = "Spring catalogue") -> Project:
    """A project of the team; `budget` in minor units."""
    return projects.begin(
        team=team, name=name, client="Northwind", budget_minor=budget, by=manager_of(team), at=NOON
    )
