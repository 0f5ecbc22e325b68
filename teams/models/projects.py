"""Projects: what a team buys for."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q

from members.models import User
from stockcoop.kernel.money import Money
from teams.models.teams import Team


class ProjectQuerySet(models.QuerySet["Project"]):
    """Words of the projects."""

    def of(self, user: User) -> Self:
        """Those of the teams that `user` is in now, by team and name."""
        teams = Team.objects.of(user).values("pk")
        return self.filter(team__in=teams).select_related("team").order_by("team__name", "name")

    def open(self) -> Self:
        """Those that works can be bought for."""
        return self.filter(closed_at=None)


class Project(models.Model):
    """A piece of a team's work. `budget_minor` bounds all that is bought for it; None: nothing."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    team = models.ForeignKey(Team, models.PROTECT, related_name="projects")
    name = models.CharField(max_length=80)
    client = models.CharField(max_length=120, blank=True)
    budget_minor = models.BigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["team", "name"], name="teams_project_name_once"),
            models.CheckConstraint(condition=~Q(name=""), name="teams_project_named"),
            models.CheckConstraint(
                condition=Q(budget_minor=None) | Q(budget_minor__gte=0),
                name="teams_project_budget",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def budget(self) -> Money | None:
        return None if self.budget_minor is None else Money(self.budget_minor, self.team.currency)
