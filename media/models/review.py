from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from media.rules.states import State
from stockcoop.kernel.db import AppendOnly


class ReviewEvent(AppendOnly):
    """One step of a work between its artist and the editors; never changed afterwards."""

    work = models.ForeignKey("media.Work", on_delete=models.PROTECT, related_name="review_events")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    before = models.CharField(max_length=12, choices=[(s.value, s.value) for s in State])
    after = models.CharField(max_length=12, choices=[(s.value, s.value) for s in State])
    reasons = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    note = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.before} -> {self.after}"


class ReviewReasonQuerySet(models.QuerySet["ReviewReason"]):
    def in_force(self, moment: datetime) -> list["ReviewReason"]:
        """The reasons that editors could give at `moment`, in their order."""
        latest = (
            self.filter(in_force_from__lte=moment)
            .order_by("code", "-in_force_from", "-pk")
            .distinct("code")
        )
        return sorted((r for r in latest if r.text), key=lambda r: (r.position, r.code))


class ReviewReason(AppendOnly):
    """A reason editors give with one key; another text is another row, an empty one retires it."""

    code = models.CharField(max_length=40)
    text = models.CharField(max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    in_force_from = models.DateTimeField()

    objects = ReviewReasonQuerySet.as_manager()

    class Meta:
        ordering = ["position", "code", "in_force_from"]
        constraints = [
            models.CheckConstraint(condition=~Q(code=""), name="media_reviewreason_has_a_code")
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.text}"
