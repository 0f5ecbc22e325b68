"""Costs and other income of the co-op, and their corrections."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from royalties.models.base import Fact, moment
from royalties.rules.costs import Kind
from stockcoop.kernel.canonical import Value
from stockcoop.kernel.db import AppendOnly
from stockcoop.kernel.money import Money


class Cost(Fact):
    """A cost, or income that is not a sale, booked by the treasurer on the day it belongs to."""

    kind = models.CharField(max_length=6, choices=[(kind.value, kind.label) for kind in Kind])
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    memo = models.CharField(max_length=200)
    on = models.DateField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="cost_of_something"),
            models.CheckConstraint(condition=~Q(memo=""), name="cost_says_what_for"),
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in Kind]), name="cost_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.memo}: {self.amount}"

    @property
    def amount(self) -> Money:
        """The sum spent or received."""
        return Money(self.amount_minor, self.currency)

    @property
    def source(self) -> str:
        """The source of its entry in the ledger."""
        return f"cost:{self.pk}"

    def stated(self) -> Value:
        return [
            self.kind,
            self.amount_minor,
            self.currency,
            self.memo,
            self.on.isoformat(),
            self.recorded_by_id,
            moment(self.recorded_at),
        ]


class CostCorrection(AppendOnly):
    """A cost taken back by the mirror image of its entry."""

    cost = models.OneToOneField(Cost, models.PROTECT, related_name="correction")
    entry = models.OneToOneField("ledger.Entry", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="cost_correction_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.cost.source} taken back"
