"""What a person may be in a team, and what follows from it."""

from enum import StrEnum


class TeamRole(StrEnum):
    """A part in a team. A buyer orders, an approver also lets others' orders through, a manager
    also says who is in the team and what may be spent.
    """

    BUYER = "buyer"
    APPROVER = "approver"
    MANAGER = "manager"


APPROVING = (TeamRole.APPROVER, TeamRole.MANAGER)
