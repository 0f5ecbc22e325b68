"""The register: share classes and who is a member since when."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class ShareClass(models.Model):
    """A class of shares. Which classes there are is the co-op's own data."""

    code = models.CharField(max_length=8, unique=True)
    name = models.CharField(max_length=60)
    description = models.CharField(max_length=300, blank=True)
    uploads = models.BooleanField(help_text="Members of this class are artists: they upload works.")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "code"]
        verbose_name_plural = "share classes"

    def __str__(self) -> str:
        return f"{self.code} · {self.name}"


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Words of the register."""

    def open(self) -> Self:
        """Memberships that have not ended."""
        return self.filter(left_at=None)

    def open_at(self, moment: datetime) -> Self:
        """Memberships that had begun and not ended at `moment`."""
        return self.filter(admitted_at__lte=moment).filter(Q(left_at=None) | Q(left_at__gt=moment))

    def open_between(self, start: datetime, end: datetime) -> Self:
        """Memberships open at some moment from `start` up to and without `end`."""
        return self.filter(admitted_at__lt=end).filter(Q(left_at=None) | Q(left_at__gt=start))


class Membership(models.Model):
    """One person's time as a member in one share class; history is kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships")
    share_class = models.ForeignKey(ShareClass, models.PROTECT, related_name="memberships")
    number = models.PositiveIntegerField(unique=True)
    admitted_at = models.DateTimeField()
    admitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    left_at = models.DateTimeField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(left_at=None), name="membership_one_open_per_person"
            ),
            models.CheckConstraint(
                condition=Q(admitted_by=None) | ~Q(admitted_by=F("user")),
                name="membership_nobody_admits_themselves",
            ),
            models.CheckConstraint(
                condition=Q(admitted_by__isnull=False) | Q(number=1),
                name="membership_only_the_first_unadmitted",
            ),
            models.CheckConstraint(
                condition=Q(left_at=None) | Q(left_at__gte=F("admitted_at")),
                name="membership_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"No. {self.number}, {self.user}, class {self.share_class.code}"
