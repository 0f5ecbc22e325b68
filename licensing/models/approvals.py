"""Approvals: orders of teams that somebody else has to let through."""

from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from licensing.models.orders import Order
from licensing.rules.states import OrderState
from members.models import User
from teams.models import Team


class ApprovalQuerySet(models.QuerySet["Approval"]):
    """Words of the approvals."""

    def of(self, approver: User) -> Self:
        """Those that `approver` may decide on or could have: of others' orders, newest first."""
        return (
            self.filter(order__project__team__in=Team.objects.approved_by(approver).values("pk"))
            .exclude(order__buyer=approver)
            .select_related("order__buyer", "order__project__team", "decided_by")
            .order_by("-asked_at", "-pk")
        )

    def waiting(self) -> Self:
        """Those nobody has decided on, of orders that were not given up."""
        return self.filter(approved=None, order__state=OrderState.OPEN)


class Approval(models.Model):
    """Why an order needs one, and what an approver said; `approved` is None until then."""

    order = models.OneToOneField(Order, models.PROTECT, related_name="approval")
    reasons = ArrayField(models.TextField())
    asked_at = models.DateTimeField()
    approved = models.BooleanField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    word = models.CharField(max_length=300, blank=True)

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(approved=None, decided_by=None, decided_at=None, word="")
                | Q(approved=True, decided_by__isnull=False, decided_at__isnull=False)
                | (
                    Q(approved=False, decided_by__isnull=False, decided_at__isnull=False)
                    & ~Q(word="")
                ),
                name="licensing_approval_decided",
            ),
            models.CheckConstraint(
                condition=Q(reasons__len__gt=0), name="licensing_approval_reasoned"
            ),
        ]

    def __str__(self) -> str:
        return f"Approval of order {self.order_id}"
