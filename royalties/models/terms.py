"""The co-op's own figures, in dated versions: the newest one in force applies."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from royalties.models.base import Fact, moment
from stockcoop.kernel.canonical import Value
from stockcoop.kernel.money import Money


class PayoutTermsQuerySet(models.QuerySet["PayoutTerms"]):
    def in_force(self, at: datetime) -> Self:
        """The versions that had begun at `at`, the one that applies first."""
        return self.filter(in_force_from__lte=at).order_by("-in_force_from", "-pk")


class PayoutTerms(Fact):
    """From which balance on a member is paid out, from a moment on."""

    floor_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    in_force_from = models.DateTimeField()

    objects = PayoutTermsQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["in_force_from"], name="payout_terms_one_at_a_time"),
            models.CheckConstraint(condition=Q(floor_minor__gt=0), name="payout_floor_positive"),
        ]
        verbose_name_plural = "payout terms"

    def __str__(self) -> str:
        return f"paid out from {self.floor}"

    @property
    def floor(self) -> Money:
        """The smallest balance that is paid out."""
        return Money(self.floor_minor, self.currency)

    def stated(self) -> Value:
        return [self.floor_minor, self.currency, moment(self.in_force_from)]
