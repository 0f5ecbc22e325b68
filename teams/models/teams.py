"""Teams: who buys together, in which role, up to which amounts; and what was changed when."""

import uuid
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from members.models import User
from stockcoop.kernel.db import AppendOnly
from stockcoop.kernel.money import Money
from teams.rules.roles import APPROVING, TeamRole

# Plain strings in a fixed order: migrations must not name our enums.
_ROLES = sorted(role.value for role in TeamRole)


class TeamQuerySet(models.QuerySet["Team"]):
    """Words of the teams."""

    def of(self, user: User, *roles: TeamRole) -> Self:
        """The teams that `user` is in now, in one of `roles` where some are named; by name."""
        people = Teammate.objects.present().filter(user=user)
        if roles:
            people = people.filter(role__in=roles)
        return self.filter(pk__in=people.values("team")).order_by("name", "pk")

    def managed_by(self, user: User) -> Self:
        """Those of which `user` is a manager now."""
        return self.of(user, TeamRole.MANAGER)

    def approved_by(self, user: User) -> Self:
        """Those in which `user` may let orders through now."""
        return self.of(user, *APPROVING)


class Team(models.Model):
    """People who buy for one licensee, which is named by `legal_name`.

    `limit_minor` is what a buyer may spend by one order without asking, `month_minor` what the team
    may spend in a calendar month; None where there is no bound.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=80)
    legal_name = models.CharField(max_length=120)
    limit_minor = models.BigIntegerField(null=True, blank=True)
    month_minor = models.BigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3)
    created_at = models.DateTimeField()

    objects = TeamQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(legal_name=""), name="teams_team_named"
            ),
            models.CheckConstraint(
                condition=(Q(limit_minor=None) | Q(limit_minor__gte=0))
                & (Q(month_minor=None) | Q(month_minor__gte=0)),
                name="teams_team_bounds",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def limit(self) -> Money | None:
        return None if self.limit_minor is None else Money(self.limit_minor, self.currency)

    @property
    def month(self) -> Money | None:
        return None if self.month_minor is None else Money(self.month_minor, self.currency)


class TeammateQuerySet(models.QuerySet["Teammate"]):
    """Words of the people in teams."""

    def present(self) -> Self:
        """Those who are in their team now."""
        return self.filter(left_at=None)

    def managing(self) -> Self:
        """Managers who are there now."""
        return self.present().filter(role=TeamRole.MANAGER)


class Teammate(models.Model):
    """A person's time in a team. `limit_minor` holds for this person in place of the team's."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="people")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    role = models.CharField(max_length=8, choices=[(role, role) for role in _ROLES])
    limit_minor = models.BigIntegerField(null=True, blank=True)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    objects = TeammateQuerySet.as_manager()

    class Meta:
        ordering = ["joined_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["team", "user"], condition=Q(left_at=None), name="teams_teammate_once"
            ),
            models.CheckConstraint(condition=Q(role__in=_ROLES), name="teams_teammate_role"),
            models.CheckConstraint(
                condition=Q(limit_minor=None) | Q(limit_minor__gte=0), name="teams_teammate_limit"
            ),
            models.CheckConstraint(
                condition=Q(left_at=None) | Q(left_at__gte=F("joined_at")),
                name="teams_teammate_left",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.team} ({self.role})"

    @property
    def limit(self) -> Money | None:
        """What this person may spend by one order; None when there is no bound for them."""
        if self.limit_minor is not None:
            return Money(self.limit_minor, self.team.currency)
        return self.team.limit if self.role == TeamRole.BUYER else None


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Words of the invitations."""

    def open(self, at: datetime) -> Self:
        """Those that can be accepted at `at`."""
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=at).order_by(
            "created_at", "pk"
        )


class Invitation(models.Model):
    """A way into a team for who reads the mail of an address; it can be used once."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    team = models.ForeignKey(Team, models.PROTECT, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=8, choices=[(role, role) for role in _ROLES])
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(revoked_at=None), name="teams_invitation_ended"
            ),
            models.CheckConstraint(condition=Q(role__in=_ROLES), name="teams_invitation_role"),
            models.CheckConstraint(
                condition=Q(email=Lower(F("email"))), name="teams_invitation_email_lower"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} into {self.team}"


class TeamEvent(AppendOnly):
    """One change in a team, in a sentence."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="events")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.TextField()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.text
