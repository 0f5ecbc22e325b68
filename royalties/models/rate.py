"""What the co-op keeps of a sale: dated rules with conditions, each written once."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from royalties.models.base import Fact, moment
from royalties.rules.rates import Rule
from royalties.rules.splits import WHOLE_BP
from stockcoop.kernel.canonical import Value


class RoyaltyRateQuerySet(models.QuerySet["RoyaltyRate"]):
    def begun(self, at: datetime) -> Self:
        """Those that had begun at `at` and not ended."""
        over = Q(in_force_until__lte=at) | Q(end__at__lte=at)
        return self.filter(in_force_from__lte=at).exclude(over)

    def about(self, work: int) -> Self:
        """Those for all works, and those for this one."""
        return self.filter(Q(work=None) | Q(work=work))


class RoyaltyRate(Fact):
    """How many basis points of a licence's price the co-op keeps, from a moment on.

    `share_class` (of the work's owner), `work` and `promotion` narrow to which sales it applies.
    `set_by` and `reason` are empty where the co-op's file says it.
    """

    licence_kind = models.CharField(max_length=40)
    coop_rate_bp = models.PositiveSmallIntegerField()
    in_force_from = models.DateTimeField()
    in_force_until = models.DateTimeField(null=True, blank=True)
    share_class = models.CharField(max_length=8, blank=True, default="", db_default="")
    promotion = models.CharField(max_length=80, blank=True, default="", db_default="")
    work = models.ForeignKey("media.Work", models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True, default="", db_default="")
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    set_at = models.DateTimeField(null=True, blank=True)

    objects = RoyaltyRateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["licence_kind", "share_class", "in_force_from"],
                condition=Q(work=None, promotion=""),
                name="rate_one_version_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["licence_kind", "share_class", "in_force_from"],
                condition=~Q(promotion=""),
                name="rate_one_promotion_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["work", "licence_kind", "in_force_from"],
                name="rate_one_of_a_work_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(coop_rate_bp__lte=WHOLE_BP), name="rate_at_most_the_whole"
            ),
            models.CheckConstraint(
                condition=Q(work=None) | Q(share_class="", promotion=""),
                name="rate_of_a_work_has_no_other_condition",
            ),
            models.CheckConstraint(
                condition=Q(promotion="") | Q(in_force_until__isnull=False),
                name="rate_promotion_ends",
            ),
            models.CheckConstraint(
                condition=Q(in_force_until=None)
                | (
                    Q(in_force_until__gt=F("in_force_from"))
                    & ~Q(work=None, promotion="", share_class="")
                ),
                name="rate_of_a_kind_does_not_end",
            ),
            models.CheckConstraint(
                condition=Q(set_by=None) | (~Q(reason="") & Q(set_at__isnull=False)),
                name="rate_set_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.licence_kind}: {self.coop_rate_bp} bp"

    @property
    def rule(self) -> Rule:
        """As a value; `end` counts where it was fetched or is there."""
        ended = getattr(self, "end", None)
        ends = min(filter(None, [self.in_force_until, ended and ended.at]), default=None)
        return Rule(
            key=self.pk,
            licence_kind=self.licence_kind,
            coop_rate_bp=self.coop_rate_bp,
            begins=self.in_force_from,
            ends=ends,
            share_class=self.share_class,
            work=self.work_id,
            promotion=self.promotion,
        )

    def stated(self) -> Value:
        base: list[Value] = [self.licence_kind, self.coop_rate_bp, moment(self.in_force_from)]
        conditions: dict[str, Value] = {
            "until": moment(self.in_force_until) if self.in_force_until else None,
            "class": self.share_class or None,
            "promotion": self.promotion or None,
            "work": self.work_id,
            "set": [self.set_by_id, moment(self.set_at), self.reason] if self.set_at else None,
        }
        said = {name: value for name, value in conditions.items() if value is not None}
        return [*base, said] if said else base


class RateEnd(Fact):
    """A rate that ends before its time, or at all: the less specific rule applies again."""

    rate = models.OneToOneField(RoyaltyRate, models.PROTECT, related_name="end")
    at = models.DateTimeField()
    reason = models.CharField(max_length=300)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="rate_ended_for_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.rate} ended"

    def stated(self) -> Value:
        when = [moment(self.at), moment(self.ended_at)]
        return [self.rate_id, *when, self.reason, self.ended_by_id]
