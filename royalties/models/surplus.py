"""The surplus: closed years, plans to distribute, the votes on them, what was distributed."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from members.models import User
from royalties.models.base import Fact, moment
from royalties.rules import chart
from royalties.rules.law import Law
from royalties.rules.steps import Facts
from royalties.rules.surplus import Plan, Share, Slice, taken_by
from stockcoop.kernel.canonical import Value
from stockcoop.kernel.db import AppendOnly
from stockcoop.kernel.money import Money


class YearClose(Fact):
    """A calendar year whose result is final: income and expenses as its entry moved them."""

    year = models.PositiveSmallIntegerField(unique=True)
    income_minor = models.BigIntegerField()
    expenses_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    entry = models.OneToOneField("ledger.Entry", models.PROTECT, related_name="+")
    closed_at = models.DateTimeField()
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-year"]

    def __str__(self) -> str:
        return f"{self.year}: {self.surplus}"

    @property
    def income(self) -> Money:
        """What the co-op earned in the year."""
        return Money(self.income_minor, self.currency)

    @property
    def expenses(self) -> Money:
        """What the co-op spent in the year."""
        return Money(self.expenses_minor, self.currency)

    @property
    def surplus(self) -> Money:
        """Income less expenses; below zero it is a loss."""
        return self.income - self.expenses

    @property
    def account(self) -> str:
        """The account that holds the result."""
        return chart.year(self.year)

    def stated(self) -> Value:
        return [
            self.year,
            self.income_minor,
            self.expenses_minor,
            self.currency,
            self.entry_id,
            moment(self.closed_at),
            self.closed_by_id,
        ]


class DistributionPlan(Fact):
    """A way to share out a surplus, with every figure as it was put to the members.

    `law` is what was applied, to `facts`: what stood in the reserve and elsewhere at that moment.
    `reserve_minor` is what goes into the reserve, `slices` what each class comes to. What the steps
    take follows from law and facts. Plans of before there were steps have no facts.
    """

    close = models.ForeignKey(YearClose, models.PROTECT, related_name="plans")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    reason = models.TextField(blank=True)
    bylaws = models.ForeignKey("governance.ByLaws", models.PROTECT, related_name="+")
    law = models.JSONField()
    facts = models.JSONField(null=True, blank=True)
    reserve_minor = models.BigIntegerField()
    slices = models.JSONField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["close", "number"]
        constraints = [
            models.UniqueConstraint(fields=["close", "number"], name="plan_number_in_its_year"),
            models.CheckConstraint(condition=Q(reserve_minor__gte=0), name="plan_reserve_amount"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def code(self) -> str:
        """What a ballot calls it."""
        return f"plan-{self.number}"

    def value(self) -> Plan:
        """The plan as it is stored, for the rules that explain it and post it."""
        law, currency = Law.read(self.law), self.close.currency
        facts = Facts.read(self.facts, currency) if self.facts else Facts.none(currency)
        slices = {
            share_class: Slice(part, Money(amount, currency), weights)
            for part, (share_class, amount, weights) in zip(law.parts, self.slices, strict=True)
        }
        shares = tuple(share.value(slices[share.share_class]) for share in self.shares.all())
        taken = tuple(taken_by(self.close.surplus, law, facts))
        return Plan(self.close.surplus, law, facts, taken, tuple(slices.values()), shares)

    def stated(self) -> Value:
        law: dict[str, Any] = self.law
        return [
            self.close_id,
            self.number,
            self.title,
            self.reason,
            self.bylaws_id,
            law,
            self.reserve_minor,
            self.slices,
            moment(self.made_at),
            self.made_by_id,
            *([self.facts] if self.facts else []),
        ]


class DistributionShareQuerySet(models.QuerySet["DistributionShare"]):
    """Words of the members' parts."""

    def distributed_to(self, member: User) -> Self:
        """What `member` got of each surplus that was distributed, the latest year first."""
        return (
            self.filter(member=member, plan__distribution__isnull=False, amount_minor__gt=0)
            .select_related("plan__close", "plan__distribution")
            .order_by("-plan__close__year", "position")
        )


class DistributionShare(AppendOnly):
    """What one member would get by a plan for their class, and the weight it comes from."""

    plan = models.ForeignKey(DistributionPlan, models.PROTECT, related_name="shares")
    position = models.PositiveIntegerField()
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    share_class = models.CharField(max_length=8)
    weight = models.BigIntegerField()
    amount_minor = models.BigIntegerField()

    objects = DistributionShareQuerySet.as_manager()

    class Meta:
        ordering = ["plan", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "member", "share_class"], name="distribution_share_once"
            ),
            models.CheckConstraint(condition=Q(weight__gt=0), name="distribution_share_weight"),
            models.CheckConstraint(
                condition=Q(amount_minor__gte=0), name="distribution_share_amount"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.amount_minor}"

    @property
    def amount(self) -> Money:
        """The sum, in the currency of the year."""
        return Money(self.amount_minor, self.plan.close.currency)

    def value(self, of: Slice) -> Share:
        """The share as it is stored, of the slice of its class."""
        return Share(self.member_id, of, self.weight, Money(self.amount_minor, of.amount.currency))


class DistributionVote(AppendOnly):
    """A vote on one or more plans of a year."""

    close = models.ForeignKey(YearClose, models.PROTECT, related_name="votes")
    number = models.PositiveSmallIntegerField()
    proposal = models.OneToOneField("governance.Proposal", models.PROTECT, related_name="+")

    class Meta:
        ordering = ["close", "number"]
        constraints = [
            models.UniqueConstraint(fields=["close", "number"], name="vote_number_in_its_year")
        ]

    def __str__(self) -> str:
        return f"surplus:{self.close.year}:{self.number}"


class VotedPlan(AppendOnly):
    """A plan that stands on the paper of a vote."""

    vote = models.ForeignKey(DistributionVote, models.PROTECT, related_name="papers")
    plan = models.ForeignKey(DistributionPlan, models.PROTECT, related_name="papers")

    class Meta:
        ordering = ["vote", "plan"]
        constraints = [
            models.UniqueConstraint(fields=["vote", "plan"], name="voted_plan_once_on_a_paper")
        ]

    def __str__(self) -> str:
        return f"{self.plan} in {self.vote}"


class Distribution(AppendOnly):
    """A surplus distributed: the plan that passed and the entry that it became. Once a year."""

    close = models.OneToOneField(YearClose, models.PROTECT, related_name="distribution")
    plan = models.OneToOneField(DistributionPlan, models.PROTECT, related_name="distribution")
    vote = models.OneToOneField(DistributionVote, models.PROTECT, related_name="distribution")
    entry = models.OneToOneField("ledger.Entry", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.close.year}: {self.plan}"
