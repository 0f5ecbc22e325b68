"""From which balance a member wants to be paid, and what keeps a payout back for a while."""

from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from royalties.models.base import Fact, moment
from stockcoop.kernel.canonical import Value
from stockcoop.kernel.db import AppendOnly
from stockcoop.kernel.money import Money


class OwnFloorQuerySet(models.QuerySet["OwnFloor"]):
    def in_force(self, at: datetime) -> Self:
        """Of each member the floor that they had stated last at `at`."""
        begun = self.filter(in_force_from__lte=at)
        return begun.order_by("member", "-in_force_from", "-pk").distinct("member")


class OwnFloor(Fact):
    """From which balance on a member wants to be paid; the co-op's floor is the least."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    floor_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    in_force_from = models.DateTimeField()

    objects = OwnFloorQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(floor_minor__gt=0), name="own_floor_positive"),
        ]
        indexes = [models.Index(fields=["member", "in_force_from"], name="own_floor_of_member")]

    def __str__(self) -> str:
        return f"member {self.member_id} paid from {self.floor}"

    @property
    def floor(self) -> Money:
        """The smallest balance that the member wants to be paid."""
        return Money(self.floor_minor, self.currency)

    def stated(self) -> Value:
        return [self.member_id, self.floor_minor, self.currency, moment(self.in_force_from)]


class HoldReasonQuerySet(models.QuerySet["HoldReason"]):
    def in_force(self, at: datetime) -> "list[HoldReason]":
        """The reasons for which a payout could be held at `at`, in their order."""
        begun = self.filter(in_force_from__lte=at)
        latest = begun.order_by("code", "-in_force_from", "-pk").distinct("code")
        return sorted((r for r in latest if r.text), key=lambda r: (r.position, r.code))


class HoldReason(AppendOnly):
    """A published reason to hold payouts. Other words are another row, empty ones retire it.

    `answer` tells the member what ends the hold; it ends by itself after `longest_days`.
    """

    code = models.CharField(max_length=40)
    text = models.CharField(max_length=300, blank=True)
    answer = models.CharField(max_length=300, blank=True)
    longest_days = models.PositiveSmallIntegerField(default=0)
    position = models.PositiveSmallIntegerField(default=0)
    in_force_from = models.DateTimeField()

    objects = HoldReasonQuerySet.as_manager()

    class Meta:
        ordering = ["position", "code", "in_force_from"]
        constraints = [
            models.CheckConstraint(condition=~Q(code=""), name="hold_reason_has_a_code"),
            models.CheckConstraint(
                condition=Q(text="") | (~Q(answer="") & Q(longest_days__gt=0)),
                name="hold_reason_says_what_ends_it",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.text}"


class PayoutHoldQuerySet(models.QuerySet["PayoutHold"]):
    def standing(self, on: date) -> Self:
        """Holds that keep payouts back on the day `on`."""
        return self.filter(ended=None, until__gte=on).select_related("reason")


class PayoutHold(AppendOnly):
    """Payouts of a member kept back for a published reason, up to a day. Takes no money."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.ForeignKey(HoldReason, models.PROTECT, related_name="+")
    note = models.CharField(max_length=300, blank=True)
    until = models.DateField()
    placed_at = models.DateTimeField()
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = PayoutHoldQuerySet.as_manager()

    class Meta:
        ordering = ["-placed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(placed_by=F("member")), name="payout_hold_by_another"
            ),
        ]
        indexes = [models.Index(fields=["until"], name="payout_hold_until")]

    def __str__(self) -> str:
        return f"Payouts of member {self.member_id} held: {self.reason.code}"


class PayoutHoldEnd(AppendOnly):
    """A hold that somebody ended before its last day."""

    hold = models.OneToOneField(PayoutHold, models.PROTECT, related_name="ended")
    why = models.CharField(max_length=300)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(why=""), name="payout_hold_ended_for_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.hold_id} ended"
