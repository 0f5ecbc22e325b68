"""The co-op's own figures, in dated versions: the newest one in force applies."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from royalties.models.base import Fact, moment
from royalties.rules.splits import WHOLE_BP
from stockcoop.kernel.canonical import Value
from stockcoop.kernel.money import Money


class RoyaltyRateQuerySet(models.QuerySet["RoyaltyRate"]):
    def in_force(self, licence_kind: str, at: datetime) -> Self:
        """The versions for `licence_kind` that had begun at `at`, the one that applies first."""
        begun = self.filter(licence_kind=licence_kind, in_force_from__lte=at)
        return begun.order_by("-in_force_from", "-pk")


class RoyaltyRate(Fact):
    """How many basis points of a licence's price the co-op keeps, from a moment on."""

    licence_kind = models.CharField(max_length=40)
    coop_rate_bp = models.PositiveSmallIntegerField()
    in_force_from = models.DateTimeField()

    objects = RoyaltyRateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["licence_kind", "in_force_from"], name="rate_one_version_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(coop_rate_bp__lte=WHOLE_BP), name="rate_at_most_the_whole"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.licence_kind}: {self.coop_rate_bp} bp"

    def stated(self) -> Value:
        return [self.licence_kind, self.coop_rate_bp, moment(self.in_force_from)]


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
