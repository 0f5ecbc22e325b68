"""Comps that people downloaded, and the terms that they did it under."""

from typing import Self

from django.conf import settings
from django.db import models

from licensing.models.prices import Terms
from stockcoop.kernel.db import AppendOnly

COMP_TERMS = "comp"
"""What the comp terms are called among the terms, which else are of a kind of licence each."""


class CompQuerySet(models.QuerySet["Comp"]):
    """Words of the comps."""

    def of(self, holder: models.Model) -> Self:
        """Those of one person, newest first: each work once, by the newest terms."""
        newest = self.filter(holder=holder).order_by("work", "-terms__version").distinct("work")
        rows = type(self)(self.model, using=self.db).filter(pk__in=newest.values("pk"))
        return (
            rows.select_related("work__owner", "terms")
            .prefetch_related("work__renditions")
            .order_by("-at", "-pk")
        )


class Comp(AppendOnly):
    """The first download of a comp of `work` by `holder` under one version of the comp terms."""

    holder = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    work = models.ForeignKey("media.Work", models.PROTECT, related_name="+")
    terms = models.ForeignKey(Terms, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = CompQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["holder", "work", "terms"], name="licensing_comp_recorded_once"
            )
        ]

    def __str__(self) -> str:
        return f"Comp of {self.work}"
