"""What gateways told of by themselves: events as they came, disputes, and how far we have asked."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from licensing.models.payments import Payment
from licensing.rules.gateway import Subject
from licensing.rules.states import DisputeState
from stockcoop.kernel.db import AppendOnly


class GatewayEventQuerySet(models.QuerySet["GatewayEvent"]):
    """Words of the events."""

    def waiting(self, before: datetime) -> Self:
        """Events stored before then that nobody has acted on yet, oldest first."""
        return self.filter(handled_at=None, stored_at__lt=before).order_by("pk")

    def spent(self, before: datetime) -> Self:
        """Events acted on before then whose text is still here."""
        return self.filter(handled_at__lt=before, erased_at=None)


class GatewayEvent(models.Model):
    """An event as the gateway told it; a trigger keeps all but `handled_at` and `outcome`.

    `body` is the text that came, byte for byte. It may name the buyer, so it is on no page, and is
    erased when it is old; then `digest` is its SHA-256, which the trigger writes. The row stays, so
    the same event coming again is still known.
    """

    gateway = models.CharField(max_length=24)
    reference = models.CharField(max_length=120)
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=14, choices=[(s.value, s.value) for s in Subject])
    about = models.CharField(max_length=120, blank=True)
    body = models.TextField()
    told_at = models.DateTimeField()
    stored_at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=200, blank=True)
    digest = models.CharField(max_length=64, blank=True, db_default="", editable=False)
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = GatewayEventQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gateway", "reference"], name="licensing_event_once"),
            models.CheckConstraint(
                condition=Q(erased_at=None, digest="")
                | Q(erased_at__isnull=False, body="", digest__regex="^[0-9a-f]{64}$"),
                name="licensing_event_erased",
            ),
        ]
        indexes = [
            models.Index(
                fields=["stored_at"],
                condition=Q(handled_at=None),
                name="licensing_event_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"


class Dispute(models.Model):
    """A payment that the buyer's bank disputes. What it took is in the movements of the gateway."""

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="disputes")
    reference = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in DisputeState])
    reason = models.CharField(max_length=60, blank=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["payment", "reference"], name="licensing_dispute_reference"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["inquiry", "open"], closed_at=None)
                | Q(state__in=["lost", "won"], closed_at__isnull=False),
                name="licensing_dispute_closed",
            ),
        ]

    def __str__(self) -> str:
        return f"Dispute {self.reference} ({self.state})"


class Sweep(models.Model):
    """Up to when a gateway was asked for events that did not reach us."""

    gateway = models.CharField(max_length=24, unique=True)
    asked_until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.gateway} up to {self.asked_until}"


class Reconciliation(AppendOnly):
    """A comparison of what a gateway says it moved with the ledger; `found` are sentences."""

    gateway = models.CharField(max_length=24)
    since = models.DateTimeField()
    until = models.DateTimeField()
    at = models.DateTimeField()
    compared = models.PositiveIntegerField()
    found = models.JSONField(default=list)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.gateway} of {self.at}: {len(self.found)} differences"
