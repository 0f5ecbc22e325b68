"""Money handed over to parties outside the co-op: proposed by one person, approved by another."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from royalties.rules import remittances
from royalties.rules.payouts import RunState
from stockcoop.kernel.canonical import digest
from stockcoop.kernel.money import Money


class RemittanceQuerySet(models.QuerySet["Remittance"]):
    def waiting(self) -> Self:
        """Those that nobody has decided on."""
        return self.filter(state=RunState.PROPOSED.value).order_by("proposed_at", "pk")

    def decided(self) -> Self:
        """Those that were approved or rejected, the newest first."""
        return self.exclude(state=RunState.PROPOSED.value).order_by("-decided_at", "-pk")


class Remittance(models.Model):
    """A payment from the bank that lessens what is owed to an authority or a charity.

    `account` is what the ledger calls the debt, `reference` what the bank or the payee calls the
    payment. One waits per account, so that approvals follow one another; a trigger refuses to
    change anything but the decision, once.
    """

    account = models.CharField(max_length=80)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    paid_on = models.DateField()
    reference = models.CharField(max_length=120)
    digest = models.CharField(max_length=64, editable=False)
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
    entry = models.OneToOneField(
        "ledger.Entry", models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = RemittanceQuerySet.as_manager()

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="remittance_of_something"),
            models.CheckConstraint(condition=~Q(reference=""), name="remittance_has_a_reference"),
            models.UniqueConstraint(
                fields=["account", "currency"],
                condition=Q(state=RunState.PROPOSED.value),
                name="remittance_one_proposed",
            ),
            models.CheckConstraint(
                condition=~Q(state=RunState.APPROVED.value) | ~Q(decided_by=F("proposed_by")),
                name="remittance_four_eyes",
            ),
            models.CheckConstraint(
                condition=Q(
                    state=RunState.PROPOSED.value, decided_by__isnull=True, decided_at__isnull=True
                )
                | (
                    ~Q(state=RunState.PROPOSED.value)
                    & Q(decided_by__isnull=False, decided_at__isnull=False)
                ),
                name="remittance_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state=RunState.APPROVED.value, entry__isnull=False)
                | (~Q(state=RunState.APPROVED.value) & Q(entry__isnull=True)),
                name="remittance_approved_with_an_entry",
            ),
        ]

    def __str__(self) -> str:
        return f"Remittance {self.pk} of {self.amount}"

    @property
    def amount(self) -> Money:
        """What was paid."""
        return Money(self.amount_minor, self.currency)

    @property
    def source(self) -> str:
        """The source of its entry in the ledger."""
        return f"remittance:{self.pk}"

    def computed_digest(self) -> str:
        """The digest of what was proposed, as it is stored now."""
        return digest(
            remittances.stated(
                self.account, self.amount, paid_on=self.paid_on, reference=self.reference
            )
        )
