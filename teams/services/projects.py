"""Beginning, changing and closing the projects of a team."""

from datetime import datetime

from django.db import transaction

from members.models import User
from stockcoop.kernel.errors import Refused
from teams.models import Project, Team
from teams.services import log


class NameTaken(Refused):
    """The team has a project of this name."""


@transaction.atomic
def begin(
    *, team: Team, name: str, client: str, budget_minor: int | None, by: User, at: datetime
) -> Project:
    """A new, open project. Raises NameTaken."""
    row = log.locked(team)
    _require_free(row, name)
    project = Project.objects.create(
        team=row, name=name, client=client, budget_minor=budget_minor, created_at=at
    )
    text = f"Project “{name}” began; budget: {project.budget or 'none'}."
    log.write(team=row, by=by, text=text, at=at)
    return project


@transaction.atomic
def change(
    *, project: Project, name: str, client: str, budget_minor: int | None, by: User, at: datetime
) -> None:
    """Set what a project is called, for whom it is and what it may cost. Raises NameTaken."""
    log.locked(project.team)
    if name != project.name:
        _require_free(project.team, name)
    row = Project.objects.select_related("team").get(pk=project.pk)
    if (row.name, row.client, row.budget_minor) == (name, client, budget_minor):
        return
    row.name, row.client, row.budget_minor = name, client, budget_minor
    row.save(update_fields=["name", "client", "budget_minor"])
    text = f"Project “{project.name}” is “{name}” for {client or 'nobody named'}; budget: "
    log.write(team=row.team, by=by, text=f"{text}{row.budget or 'none'}.", at=at)


@transaction.atomic
def close(*, project: Project, by: User, at: datetime) -> None:
    """Let nothing more be bought for a project; its licences go on."""
    log.locked(project.team)
    if Project.objects.filter(pk=project.pk, closed_at=None).update(closed_at=at):
        log.write(team=project.team, by=by, text=f"Project “{project.name}” was closed.", at=at)


@transaction.atomic
def reopen(*, project: Project, by: User, at: datetime) -> None:
    """Let works be bought for a closed project again."""
    log.locked(project.team)
    closed = Project.objects.filter(pk=project.pk).exclude(closed_at=None)
    if closed.update(closed_at=None):
        log.write(team=project.team, by=by, text=f"Project “{project.name}” was reopened.", at=at)


def _require_free(team: Team, name: str) -> None:
    if team.projects.filter(name=name).exists():
        raise NameTaken(f"There is a project “{name}” already.")
