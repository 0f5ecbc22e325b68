"""Payments asked of a gateway, and refunds given through it."""

import uuid
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from licensing.rules.states import PaymentState, RefundState
from stockcoop.kernel.money import Money


class PaymentQuerySet(models.QuerySet["Payment"]):
    """Words of the payments."""

    def pending(self) -> Self:
        """Payments whose end is not known yet, oldest first."""
        return self.filter(state=PaymentState.PENDING).order_by("started_at", "pk")


class Payment(models.Model):
    """One attempt to pay an order. `uuid` is its idempotency key at the gateway.

    `reference` and `url` are the gateway's; both are empty until it has answered. `alias` is
    another name of the payment there, which its events use.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    order = models.ForeignKey("licensing.Order", models.PROTECT, related_name="payments")
    gateway = models.CharField(max_length=24)
    reference = models.CharField(max_length=120, blank=True)
    url = models.CharField(max_length=2000, blank=True)
    alias = models.CharField(max_length=120, blank=True)
    state = models.CharField(
        max_length=10, choices=[(s.value, s.value) for s in PaymentState], default="pending"
    )
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        ordering = ["order", "started_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "reference"],
                condition=~Q(reference=""),
                name="licensing_payment_reference",
            ),
            models.UniqueConstraint(
                fields=["gateway", "alias"],
                condition=~Q(alias=""),
                name="licensing_payment_alias",
            ),
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(state__in=["pending", "paid"]),
                name="licensing_payment_one_alive",
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="licensing_payment_sum"),
            models.CheckConstraint(
                condition=Q(state="pending", ended_at=None)
                | (~Q(state="pending") & Q(ended_at__isnull=False)),
                name="licensing_payment_ended",
            ),
        ]

    def __str__(self) -> str:
        return f"Payment {self.uuid} ({self.state})"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)


class RefundQuerySet(models.QuerySet["Refund"]):
    """Words of the refunds."""

    def asked(self) -> Self:
        """Refunds that the gateway has not confirmed yet, oldest first."""
        return self.filter(state=RefundState.ASKED).order_by("asked_at", "pk")

    def due(self, at: datetime) -> Self:
        """Those whose next try is not later than `at`."""
        return self.filter(Q(next_try_at=None) | Q(next_try_at__lte=at))

    def stuck(self) -> Self:
        """Refunds that the gateway was asked for too often, oldest first: somebody has to look."""
        return self.filter(state=RefundState.STUCK).order_by("asked_at", "pk")


class Refund(models.Model):
    """The price of one line given back, with its tax. `uuid` is its idempotency key at the gateway.

    Without `asked_by` the line was lost to an exclusive licence before its payment came. `failure`
    is what the gateway said at the last of `tries` that came to nothing.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    line = models.OneToOneField("licensing.OrderLine", models.PROTECT, related_name="refund")
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="refunds")
    reference = models.CharField(max_length=120, blank=True)
    state = models.CharField(
        max_length=10, choices=[(s.value, s.value) for s in RefundState], default="asked"
    )
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=200)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0, db_default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=300, blank=True, db_default="")

    objects = RefundQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="licensing_refund_sum"),
            models.CheckConstraint(condition=~Q(reason=""), name="licensing_refund_reason"),
            models.CheckConstraint(
                condition=Q(state="asked", done_at=None)
                | (Q(state="stuck", done_at=None) & ~Q(failure=""))
                | (
                    Q(state="done", done_at__isnull=False, done_at__gte=F("asked_at"))
                    & ~Q(reference="")
                ),
                name="licensing_refund_done",
            ),
        ]

    def __str__(self) -> str:
        return f"Refund of {self.line}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    @property
    def is_done(self) -> bool:
        return self.state == RefundState.DONE

    @property
    def is_stuck(self) -> bool:
        return self.state == RefundState.STUCK
