"""Payout runs: proposed by one person, approved by another, paid once each."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from royalties.models.four_eyes import FourEyes, decided_by_somebody, four_eyes
from royalties.rules.payouts import OPEN, TROUBLED, PayoutState, RunState, stated
from stockcoop.kernel.canonical import digest
from stockcoop.kernel.money import Money, total


class PayoutRun(FourEyes):
    """A list of payouts to decide on: what is approved is what is paid."""

    noun = "run"

    currency = models.CharField(max_length=3)

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        constraints = [four_eyes("payout_run"), decided_by_somebody("payout_run")]

    def __str__(self) -> str:
        return f"Payout run {self.pk}"

    @property
    def total(self) -> Money:
        """What the run pays in all."""
        return total((payout.amount for payout in self.payouts.all()), self.currency)

    def computed_digest(self) -> str:
        payouts = self.payouts.all().prefetch_related("parts")
        return digest(stated((p.member_id, p.amount, p.withheld) for p in payouts))


class PayoutQuerySet(models.QuerySet["Payout"]):
    def open(self) -> Self:
        """Payouts that are still to be made, or tried again."""
        return self.filter(state__in=OPEN)

    def waiting(self) -> Self:
        """Payouts of approved runs that are still to be sent, or of which no answer came."""
        return self.filter(
            run__state=RunState.APPROVED, state__in=[PayoutState.PLANNED, PayoutState.SENDING]
        ).order_by("run", "member")

    def due(self, at: datetime) -> Self:
        """Those whose next try is not later than `at`."""
        return self.filter(Q(next_try_at=None) | Q(next_try_at__lte=at))

    def troubled(self) -> Self:
        """Payouts that somebody has to look at: the gateway refused them, or never answered."""
        return self.filter(state__in=TROUBLED).order_by("run", "pk")

    def move(self, before: PayoutState, after: PayoutState, **fields: object) -> bool:
        """Compare and swap the state of one payout; False if it was not in `before` any more."""
        return self.filter(state=before).update(state=after, **fields) == 1


class Payout(models.Model):
    """One member's payout in a run. Member, sum and currency never change (a trigger refuses it).

    `attempt` counts definite failures from 1 on and is part of the gateway's idempotency key;
    `tries` counts how often an attempt was asked for without an answer.
    """

    run = models.ForeignKey(PayoutRun, models.PROTECT, related_name="payouts")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(
        max_length=8,
        choices=[(state.value, state.value) for state in PayoutState],
        default=PayoutState.PLANNED.value,
    )
    attempt = models.PositiveSmallIntegerField(default=1)
    failure = models.CharField(max_length=300, blank=True)
    tries = models.PositiveSmallIntegerField(default=0, db_default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    gateway = models.CharField(max_length=40, blank=True)
    reference = models.CharField(max_length=120, blank=True)
    entry = models.OneToOneField(
        "ledger.Entry", models.PROTECT, null=True, blank=True, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = PayoutQuerySet.as_manager()

    class Meta:
        ordering = ["run", "member"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payout_of_something"),
            models.UniqueConstraint(fields=["run", "member"], name="payout_once_in_a_run"),
            models.UniqueConstraint(
                fields=["member", "currency"],
                condition=Q(state__in=sorted(OPEN)),
                name="payout_one_open_per_member",
            ),
            models.CheckConstraint(
                condition=Q(
                    state=PayoutState.PAID.value, entry__isnull=False, settled_at__isnull=False
                )
                | (~Q(state=PayoutState.PAID.value) & Q(entry__isnull=True)),
                name="payout_paid_with_an_entry",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=sorted(TROUBLED)) | ~Q(failure=""),
                name="payout_failed_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"Payout {self.pk} of {self.amount}"

    @property
    def amount(self) -> Money:
        """The sum paid out, before anything is withheld."""
        return Money(self.amount_minor, self.currency)

    @property
    def withheld(self) -> Money:
        """What of it goes to tax authorities."""
        return Money(sum(part.withheld_minor for part in self.parts.all()), self.currency)

    @property
    def net(self) -> Money:
        """What reaches the member."""
        return self.amount - self.withheld

    @property
    def is_troubled(self) -> bool:
        """Whether it goes on only when somebody tries it again."""
        return self.state in TROUBLED

    @property
    def key(self) -> str:
        """What the gateway knows this attempt by: the same key never pays twice."""
        return f"payout:{self.pk}:{self.attempt}"
