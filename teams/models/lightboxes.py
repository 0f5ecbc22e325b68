"""Lightboxes: works that somebody put together, to look at and to choose from."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from members.models import User
from teams.models.teams import Team


class LightboxQuerySet(models.QuerySet["Lightbox"]):
    """Words of the lightboxes."""

    def of(self, user: User) -> Self:
        """What `user` may open and change: their own, and those shared with a team they are in;
        the one used last comes first.
        """
        teams = Team.objects.of(user).values("pk")
        return self.filter(Q(owner=user) | Q(team__in=teams)).order_by("-used_at", "-pk")

    def owned_by(self, user: User) -> Self:
        """Those that `user` began: who else may see them is theirs to say."""
        return self.filter(owner=user)


class Lightbox(models.Model):
    """A named, ordered collection. Who knows `share_token` may look at it; None: nobody may."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, models.PROTECT, related_name="lightboxes", null=True, blank=True)
    name = models.CharField(max_length=80)
    notes = models.TextField(blank=True)
    share_token = models.CharField(max_length=64, null=True, blank=True, unique=True)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField()

    objects = LightboxQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="teams_lightbox_named"),
            models.CheckConstraint(
                condition=Q(share_token=None) | Q(share_token__regex="^[A-Za-z0-9_-]{32,64}$"),  # noqa: S106 - a pattern
                name="teams_lightbox_token",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CollectedQuerySet(models.QuerySet["Collected"]):
    """Words of what is in lightboxes."""

    def present(self) -> Self:
        """What was not taken out, in order, with all that pages show."""
        return (
            self.filter(removed_at=None)
            .select_related("work__owner")
            .prefetch_related("work__renditions")
            .order_by("position", "pk")
        )


class Collected(models.Model):
    """A work in a lightbox. One that was taken out stays as a row, so that it can be put back."""

    lightbox = models.ForeignKey(Lightbox, models.PROTECT, related_name="collected")
    work = models.ForeignKey("media.Work", models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()
    note = models.CharField(max_length=300, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = CollectedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lightbox", "work"], name="teams_collected_once"),
        ]

    def __str__(self) -> str:
        return f"{self.work} in {self.lightbox}"
