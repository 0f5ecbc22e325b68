from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

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
