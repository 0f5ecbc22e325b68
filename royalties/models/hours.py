"""Hours of work in a year, for the by-laws that measure patronage by them."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from royalties.models.base import Fact, moment
from stockcoop.kernel.canonical import Value


class WorkedHours(Fact):
    """Minutes that a member worked in a year, as recorded at a moment; the newest record counts."""

    year = models.PositiveSmallIntegerField()
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    minutes = models.PositiveIntegerField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["year", "member", "recorded_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "member", "recorded_at"], name="hours_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(minutes__lte=366 * 24 * 60), name="hours_of_one_year"
            ),
        ]
        verbose_name_plural = "worked hours"

    def __str__(self) -> str:
        return f"{self.member_id} in {self.year}: {self.minutes} minutes"

    def stated(self) -> Value:
        return [
            self.year,
            self.member_id,
            self.minutes,
            self.recorded_by_id,
            moment(self.recorded_at),
        ]
