"""Money handed over to parties outside the co-op: proposed by one person, approved by another."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from royalties.models.base import Fact, moment
from royalties.models.four_eyes import (
    PROPOSED,
    FourEyes,
    approved_with_an_entry,
    decided_by_somebody,
    four_eyes,
)
from royalties.rules import remittances
from stockcoop.kernel.canonical import Value, digest
from stockcoop.kernel.money import Money


class Remittance(FourEyes):
    """A payment from the bank that lessens what is owed to an authority or a charity.

    `account` is what the ledger calls the debt, `reference` what the bank or the payee calls the
    payment. One waits per account, so that approvals follow one another; a trigger refuses to
    change anything but the decision, once.
    """

    noun = "payment"

    account = models.CharField(max_length=80)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    paid_on = models.DateField()
    reference = models.CharField(max_length=120)
    entry = models.OneToOneField(
        "ledger.Entry", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="remittance_of_something"),
            models.CheckConstraint(condition=~Q(reference=""), name="remittance_has_a_reference"),
            models.UniqueConstraint(
                fields=["account", "currency"],
                condition=PROPOSED,
                name="remittance_one_proposed",
            ),
            four_eyes("remittance"),
            decided_by_somebody("remittance"),
            approved_with_an_entry("remittance"),
        ]

    def __str__(self) -> str:
        return f"Remittance {self.pk} of {self.amount}"

    @property
    def amount(self) -> Money:
        """What was paid."""
        return Money(self.amount_minor, self.currency)

    @property
    def words(self) -> str:
        """When it was paid, and what the payment is called."""
        return f"Paid on {self.paid_on:%-d %B %Y}: {self.reference}"

    @property
    def source(self) -> str:
        """The source of its entry in the ledger."""
        return f"remittance:{self.pk}"

    @property
    def return_source(self) -> str:
        """The source of the entry that takes it back."""
        return f"remittance-back:{self.pk}"

    def computed_digest(self) -> str:
        return digest(
            remittances.stated(
                self.account, self.amount, paid_on=self.paid_on, reference=self.reference
            )
        )


class RemittanceReturn(Fact):
    """A remittance that the bank sent back on `on_day`: it is owed again from `at` on.

    A trigger refuses it unless its entry reverses that of the remittance.
    """

    remittance = models.OneToOneField(Remittance, models.PROTECT, related_name="returned")
    on_day = models.DateField()
    reason = models.CharField(max_length=200)
    entry = models.OneToOneField("ledger.Entry", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="remittance_return_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.remittance} came back"

    def stated(self) -> Value:
        return [
            self.remittance_id,
            self.on_day.isoformat(),
            self.reason,
            moment(self.at),
            self.by_id,
        ]
