"""What artists say about the sensitive use of their works."""

from collections.abc import Collection

from django.conf import settings
from django.db import models
from django.db.models import Q

from media.models.work import Work
from stockcoop.kernel.db import AppendOnly


class SensitiveUseQuerySet(models.QuerySet["SensitiveUse"]):
    """Words of what was said about sensitive use."""

    def refused_among(self, works: Collection[int]) -> set[int]:
        """Those of `works` (ids) for which it is refused: the last word on the work counts, else
        the last that its owner said of all their works. Who said nothing allows it.
        """
        said = dict(
            self.filter(work__in=works)
            .order_by("work", "-pk")
            .distinct("work")
            .values_list("work", "allowed")
        )
        unsaid = [work for work in works if work not in said]
        latest = (
            SensitiveUse.objects.filter(work=None, artist=models.OuterRef("owner"))
            .order_by("-pk")
            .values("allowed")[:1]
        )
        words = Work.objects.filter(pk__in=unsaid).annotate(allowed=models.Subquery(latest))
        said |= dict(words.values_list("pk", "allowed"))
        return {work for work, allowed in said.items() if allowed is False}


class SensitiveUse(AppendOnly):
    """That an artist allows or refuses sensitive use from then on: of one work, or without one of
    all theirs that they said nothing of. Later rows replace earlier ones.
    """

    artist = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    work = models.ForeignKey(Work, models.PROTECT, related_name="+", null=True, blank=True)
    allowed = models.BooleanField()
    at = models.DateTimeField()

    objects = SensitiveUseQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["artist", "-id"],
                condition=Q(work=None),
                name="media_sensitive_default",
            )
        ]

    def __str__(self) -> str:
        word = "allowed" if self.allowed else "refused"
        return f"Sensitive use {word} of {self.work or 'all works'}"
