"""Where members receive their payouts, and payouts that were taken back from there."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from royalties.models.payout import Payout


class PayoutAccount(models.Model):
    """A member's account at a gateway, and how far it was when the gateway was last asked."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    gateway = models.CharField(max_length=24)
    reference = models.CharField(max_length=120)
    ready = models.BooleanField(default=False)
    reaches_bank = models.BooleanField(default=False)
    missing = models.JSONField(default=list)
    bank_payout = models.CharField(max_length=20, blank=True)
    opened_at = models.DateTimeField()
    asked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "gateway"], name="payout_account_once"),
            models.UniqueConstraint(
                fields=["gateway", "reference"], name="payout_account_reference"
            ),
            models.CheckConstraint(condition=~Q(reference=""), name="payout_account_named"),
        ]

    def __str__(self) -> str:
        return f"Account {self.reference} at {self.gateway}"


class PayoutReturnQuerySet(models.QuerySet["PayoutReturn"]):
    def asked(self) -> Self:
        """Returns that the gateway has not confirmed yet, and is asked for; oldest first."""
        return self.filter(entry=None, stuck_at=None).order_by("asked_at", "pk")

    def due(self, at: datetime) -> Self:
        """Those whose next try is not later than `at`."""
        return self.filter(Q(next_try_at=None) | Q(next_try_at__lte=at))

    def stuck(self) -> Self:
        """Returns that go on only when somebody tries them again, oldest first."""
        return self.exclude(stuck_at=None).order_by("asked_at", "pk")


class PayoutReturn(models.Model):
    """A payout taken back whole: asked of the gateway, then done, with an entry.

    `asked_by` is empty when somebody took it back at the gateway itself. `tries` counts how often
    the gateway did not do it, `failure` is what it said last; after the last try it is stuck.
    """

    payout = models.OneToOneField(Payout, models.PROTECT, related_name="returned")
    reason = models.CharField(max_length=200)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    asked_at = models.DateTimeField()
    reference = models.CharField(max_length=120, blank=True)
    entry = models.OneToOneField(
        "ledger.Entry", models.PROTECT, null=True, blank=True, related_name="+"
    )
    done_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0, db_default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    stuck_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=300, blank=True, default="", db_default="")

    objects = PayoutReturnQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="payout_return_has_a_reason"),
            models.CheckConstraint(
                condition=Q(entry=None, done_at=None)
                | (Q(entry__isnull=False, done_at__isnull=False) & ~Q(reference="")),
                name="payout_return_done_with_an_entry",
            ),
            models.CheckConstraint(
                condition=Q(stuck_at=None) | (Q(entry=None, next_try_at=None) & ~Q(failure="")),
                name="payout_return_stuck_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payout} taken back"

    @property
    def source(self) -> str:
        """The source of its entry in the ledger, and its idempotency key at the gateway."""
        return f"payout-back:{self.payout_id}"
