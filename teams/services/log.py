"""Writing down what changes in a team, in the transaction that changes it."""

from datetime import datetime

from members.models import User
from teams.models import Team, TeamEvent


def write(*, team: Team, by: User, text: str, at: datetime) -> None:
    """Add a sentence to the log of `team`."""
    TeamEvent.objects.create(team=team, by=by, text=text, at=at)


def locked(team: Team) -> Team:
    """The row of `team`, held until the transaction ends: its people, bounds and spending change
    one at a time.
    """
    return Team.objects.select_for_update(no_key=True).get(pk=team.pk)
