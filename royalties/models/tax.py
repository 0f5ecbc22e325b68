"""Withholding: the co-op's rules, what members stated, what was withheld from each payout."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from royalties.models.base import Fact, moment
from royalties.models.payout import Payout
from royalties.rules.splits import WHOLE_BP
from royalties.rules.tax_forms import FormTerms
from royalties.rules.withholding import Form, Paid, Profile, Rule
from stockcoop.kernel.canonical import Value
from stockcoop.kernel.money import Money


class TaxTermsQuerySet(models.QuerySet["TaxTerms"]):
    def in_force(self, at: datetime) -> Self:
        """The versions that had begun at `at`, the one that applies first."""
        return self.filter(in_force_from__lte=at).order_by("-in_force_from", "-pk")


class TaxTerms(Fact):
    """The withholding rules and forms of the country where the co-op pays taxes, in `home`."""

    home = models.CharField(max_length=2, blank=True)
    withholding = models.JSONField(default=list)
    forms = models.JSONField(default=list)
    in_force_from = models.DateTimeField()

    objects = TaxTermsQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["in_force_from"], name="tax_terms_one_at_a_time"),
        ]
        verbose_name_plural = "tax terms"

    def __str__(self) -> str:
        return f"tax terms of {self.home or 'no country'}"

    def rules(self) -> list[Rule]:
        """The rules that apply to payouts, in their order."""
        return [Rule.read(rule) for rule in self.withholding if rule["country"] == self.home]

    def form(self, code: str) -> FormTerms | None:
        """What the co-op says of the form `code`; None when it says nothing."""
        return next((FormTerms.read(f) for f in self.forms if f["code"] == code), None)

    def stated(self) -> Value:
        return [self.home, self.withholding, self.forms, moment(self.in_force_from)]


class TaxProfileQuerySet(models.QuerySet["TaxProfile"]):
    def in_force(self, at: datetime) -> Self:
        """Of each member the profile that was stated last at `at`."""
        begun = self.filter(stated_at__lte=at)
        return begun.order_by("member", "-stated_at", "-pk").distinct("member")


class TaxProfile(Fact):
    """Where a member pays taxes, and which form is on file; of the tax id the last four signs.

    Members state their country. A form is recorded by somebody else, who has seen it.
    """

    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    country = models.CharField(max_length=2, blank=True)
    form = models.CharField(
        max_length=6, choices=[(form.value, form.label) for form in Form], default=Form.NONE.value
    )
    treaty_bp = models.PositiveSmallIntegerField(null=True, blank=True)
    id_ending = models.CharField(max_length=4, blank=True)
    stated_at = models.DateTimeField()
    stated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = TaxProfileQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(form=Form.NONE.value, treaty_bp=None, id_ending="")
                | (~Q(form=Form.NONE.value) & ~Q(stated_by=F("member"))),
                name="tax_form_recorded_by_another",
            ),
            models.CheckConstraint(
                condition=Q(form__in=[form.value for form in Form]), name="tax_form_known"
            ),
            models.CheckConstraint(
                condition=Q(treaty_bp=None) | Q(treaty_bp__lt=WHOLE_BP), name="tax_treaty_rate"
            ),
            models.CheckConstraint(
                condition=Q(country__regex="^([A-Z]{2})?$"), name="tax_country_code"
            ),
        ]
        indexes = [models.Index(fields=["member", "stated_at"], name="tax_profile_of_member")]

    def __str__(self) -> str:
        return f"member {self.member_id}: {self.country or 'no country'}, {self.form}"

    def value(self) -> Profile:
        """The profile as the rules read it."""
        return Profile(self.country, Form(self.form), self.treaty_bp)

    def stated(self) -> Value:
        return [
            self.member_id,
            self.country,
            self.form,
            self.treaty_bp,
            self.id_ending,
            moment(self.stated_at),
            self.stated_by_id,
        ]


class PayoutPart(Fact):
    """What a payout pays for, and what is withheld of it by which rule; fixed with the proposal.

    `before_minor` is what was paid for the same in the year before this payout: `free_minor` of a
    year is not withheld from.
    """

    payout = models.ForeignKey(Payout, models.PROTECT, related_name="parts")
    kind = models.CharField(max_length=9, choices=[(kind.value, kind.value) for kind in Paid])
    base_minor = models.BigIntegerField()
    before_minor = models.BigIntegerField(default=0)
    rule = models.CharField(max_length=40, blank=True)
    authority = models.CharField(max_length=24, blank=True)
    words = models.CharField(max_length=300, blank=True)
    rate_bp = models.PositiveSmallIntegerField(default=0)
    free_minor = models.BigIntegerField(default=0)
    withheld_minor = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["payout", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["payout", "kind"], name="payout_part_once"),
            models.CheckConstraint(condition=Q(base_minor__gt=0), name="payout_part_of_something"),
            models.CheckConstraint(
                condition=Q(withheld_minor__gte=0, withheld_minor__lt=F("base_minor")),
                name="payout_part_withheld_of_it",
            ),
            models.CheckConstraint(
                condition=Q(withheld_minor=0) | (~Q(rule="") & ~Q(authority="")),
                name="payout_part_withheld_by_a_rule",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.payout}: {self.base_minor}, withheld {self.withheld_minor}"

    @property
    def base(self) -> Money:
        """What it pays for, before anything is withheld."""
        return Money(self.base_minor, self.payout.currency)

    @property
    def withheld(self) -> Money:
        """What goes to the authority instead of the member."""
        return Money(self.withheld_minor, self.payout.currency)

    def stated(self) -> Value:
        return [
            self.payout_id,
            self.kind,
            self.base_minor,
            self.before_minor,
            self.rule,
            self.authority,
            self.words,
            self.rate_bp,
            self.free_minor,
            self.withheld_minor,
        ]
