"""Patronage as it is paid: consents, written notices, and the redemption of what was retained."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q, Sum

from members.models import User
from royalties.models.base import Fact
from royalties.models.four_eyes import PROPOSED, FourEyes, approved_with_an_entry, four_eyes
from royalties.models.surplus import Distribution
from royalties.rules.payouts import RunState
from royalties.rules.retention import Form
from stockcoop.kernel.canonical import Value, digest
from stockcoop.kernel.db import AppendOnly
from stockcoop.kernel.money import Money, total


class PatronageConsent(AppendOnly):
    """A member's consent to count retained patronage as income, or its end; the newest counts."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    given = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["member", "at", "pk"]

    def __str__(self) -> str:
        return f"{self.member_id}: {'given' if self.given else 'ended'}"


class PatronageNoticeQuerySet(models.QuerySet["PatronageNotice"]):
    def of(self, member: User) -> Self:
        """The notices to `member`, the latest year first."""
        return self.filter(member=member).order_by("-year")

    def with_redeemed(self) -> Self:
        """Each with `redeemed`: what approved runs have redeemed of it."""
        approved = Q(redemptions__run__state=RunState.APPROVED.value)
        redeemed = Sum("redemptions__amount_minor", filter=approved, default=0)
        return self.annotate(redeemed=redeemed)


class PatronageNotice(Fact):
    """What a member was told in writing of a year's patronage: how much in cash, how much retained.

    `consent` is the one that counted then; without it nothing is qualified.
    """

    distribution = models.ForeignKey(Distribution, models.PROTECT, related_name="notices")
    year = models.PositiveSmallIntegerField()
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    cash_minor = models.BigIntegerField()
    retained_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    form = models.CharField(max_length=13, choices=[(f.value, f.value) for f in Form])
    consent = models.ForeignKey(
        PatronageConsent, models.PROTECT, null=True, blank=True, related_name="+"
    )

    # Of rows from `with_redeemed`: minor units.
    redeemed: int

    objects = PatronageNoticeQuerySet.as_manager()

    class Meta:
        ordering = ["year", "member"]
        constraints = [
            models.UniqueConstraint(fields=["year", "member"], name="patronage_notice_once"),
            models.CheckConstraint(
                condition=Q(cash_minor__gte=0, retained_minor__gte=0), name="patronage_amounts"
            ),
            models.CheckConstraint(
                condition=~Q(form=Form.QUALIFIED.value) | Q(consent__isnull=False),
                name="patronage_qualified_by_consent",
            ),
            models.CheckConstraint(
                condition=~Q(form=Form.CASH.value) | Q(retained_minor=0),
                name="patronage_in_cash_retains_nothing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}, member {self.member_id}"

    @property
    def cash(self) -> Money:
        """What is paid."""
        return Money(self.cash_minor, self.currency)

    @property
    def retained(self) -> Money:
        """What stays as the member's equity."""
        return Money(self.retained_minor, self.currency)

    @property
    def amount(self) -> Money:
        """Both parts."""
        return self.cash + self.retained

    def stated(self) -> Value:
        return [
            self.distribution_id,
            self.year,
            self.member_id,
            self.cash_minor,
            self.retained_minor,
            self.currency,
            self.form,
            self.consent_id,
        ]


class RedemptionRun(FourEyes):
    """A list of retained patronage to pay back: one person proposes it, another one approves.

    There is one proposed run at a time, so that approvals follow one another; a trigger refuses
    an approval that would redeem more than was retained.
    """

    noun = "list"

    currency = models.CharField(max_length=3)
    entry = models.OneToOneField(
        "ledger.Entry", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["currency"],
                condition=PROPOSED,
                name="redemption_one_proposed",
            ),
            four_eyes("redemption"),
            approved_with_an_entry("redemption"),
            models.CheckConstraint(
                condition=Q(state=RunState.PROPOSED.value, decided_by__isnull=True)
                | (~PROPOSED & Q(decided_by__isnull=False)),
                name="redemption_decided_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"Redemption {self.pk}"

    @property
    def total(self) -> Money:
        """What the run redeems in all."""
        return total((one.amount for one in self.redemptions.all()), self.currency)

    def computed_digest(self) -> str:
        rows = self.redemptions.order_by("notice")
        return digest([[row.notice_id, row.amount_minor] for row in rows])


class Redemption(AppendOnly):
    """What a run redeems of one notice."""

    run = models.ForeignKey(RedemptionRun, models.PROTECT, related_name="redemptions")
    notice = models.ForeignKey(PatronageNotice, models.PROTECT, related_name="redemptions")
    amount_minor = models.BigIntegerField()

    class Meta:
        ordering = ["run", "notice"]
        constraints = [
            models.UniqueConstraint(fields=["run", "notice"], name="redemption_once_in_a_run"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="redemption_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.notice}: {self.amount}"

    @property
    def amount(self) -> Money:
        """The sum that is paid back."""
        return Money(self.amount_minor, self.notice.currency)
