"""Rows that take two people: proposed by one, approved by another, decided once."""

from typing import ClassVar, Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q

from royalties.rules.payouts import RunState

PROPOSED = Q(state=RunState.PROPOSED.value)
APPROVED = Q(state=RunState.APPROVED.value)

Row = TypeVar("Row", bound="FourEyes", covariant=True)


class FourEyesQuerySet(models.QuerySet[Row]):
    def waiting(self) -> Self:
        """Those that nobody has decided on."""
        return self.filter(PROPOSED).order_by("proposed_at", "pk")

    def decided(self) -> Self:
        """Those that were approved or rejected, the newest first."""
        return self.exclude(PROPOSED).order_by("-decided_at", "-pk")


class FourEyes(models.Model):
    """What one person proposes and another one approves. `noun` is what refusals call it.

    `digest` covers what is proposed: what is approved is what was seen.
    """

    noun: ClassVar[str]

    state = models.CharField(
        max_length=8,
        choices=[(state.value, state.value) for state in RunState],
        default=RunState.PROPOSED.value,
    )
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    digest = models.CharField(max_length=64)

    objects = FourEyesQuerySet.as_manager()

    class Meta:
        abstract = True

    def computed_digest(self) -> str:
        """The digest of what was proposed, as it is stored now."""
        raise NotImplementedError


def four_eyes(name: str) -> CheckConstraint:
    """Nobody approves what they proposed themselves."""
    return CheckConstraint(
        condition=~APPROVED | ~Q(decided_by=F("proposed_by")), name=f"{name}_four_eyes"
    )


def decided_by_somebody(name: str) -> CheckConstraint:
    """What is decided says by whom and when; what waits does not."""
    return CheckConstraint(
        condition=Q(state=RunState.PROPOSED.value, decided_by__isnull=True, decided_at__isnull=True)
        | (~PROPOSED & Q(decided_by__isnull=False, decided_at__isnull=False)),
        name=f"{name}_decided_by_somebody",
    )


def approved_with_an_entry(name: str) -> CheckConstraint:
    """What is approved is in the ledger, and nothing else is."""
    return CheckConstraint(
        condition=Q(state=RunState.APPROVED.value, entry__isnull=False)
        | (~APPROVED & Q(entry__isnull=True)),
        name=f"{name}_approved_with_an_entry",
    )
