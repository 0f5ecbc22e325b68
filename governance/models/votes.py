"""Votes: a proposal, who may vote on it, and what they said."""

import uuid
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from governance.models.bylaws import ByLaws
from governance.rules.tally import Choice, choices
from stockcoop.kernel.db import AppendOnly


class ProposalQuerySet(models.QuerySet["Proposal"]):
    """Words of the votes."""

    def due_to_open(self, moment: datetime) -> Self:
        """Proposals whose time has come and whose electors are not entered yet."""
        return self.filter(opens_at__lte=moment, electorate=None)

    def due_to_close(self, moment: datetime) -> Self:
        """Proposals whose voting is over and that are not counted yet."""
        return self.filter(closes_at__lte=moment, closed_at=None)

    def unclosed(self) -> Self:
        """Proposals that are not counted yet."""
        return self.filter(closed_at=None)

    def closed(self) -> Self:
        """Proposals with a result, the latest first."""
        return self.exclude(closed_at=None).order_by("-closed_at", "-pk")


class Proposal(models.Model):
    """A question put to the members, under the by-laws in force when it was announced.

    `reference` names the matter for whoever asked, `url` the page that explains it.
    `electorate` is the number of electors once they are entered; `tally` how often each choice
    counted, `winner` and `why` what followed.
    """

    class Result(models.TextChoices):
        PENDING = "pending", "not counted yet"
        PASSED = "passed", "passed"
        FAILED = "failed", "failed"

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    text = models.TextField()
    url = models.CharField(max_length=300, blank=True)
    bylaws = models.ForeignKey(ByLaws, models.PROTECT, related_name="+")
    announced_at = models.DateTimeField()
    announced_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    quorum_bp = models.PositiveIntegerField()
    majority_bp = models.PositiveIntegerField()
    options = models.JSONField(default=list, blank=True)
    electorate = models.PositiveIntegerField(null=True, blank=True)
    result = models.CharField(max_length=8, choices=Result.choices, default=Result.PENDING)
    winner = models.CharField(max_length=40, blank=True)
    why = models.CharField(max_length=300, blank=True)
    tally = models.JSONField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["-closes_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_at__gte=F("announced_at")) & Q(closes_at__gt=F("opens_at")),
                name="proposal_times_in_order",
            ),
            models.CheckConstraint(
                condition=Q(quorum_bp__lte=10_000) & Q(majority_bp__lt=10_000),
                name="proposal_shares_in_bounds",
            ),
            models.CheckConstraint(
                condition=Q(result="pending", closed_at=None, tally__isnull=True, winner="")
                | Q(
                    result__in=["passed", "failed"],
                    closed_at__gte=F("closes_at"),
                    tally__isnull=False,
                    electorate__isnull=False,
                ),
                name="proposal_closed_with_a_tally",
            ),
            models.CheckConstraint(
                condition=Q(result="passed") ^ Q(winner=""), name="proposal_passed_has_a_winner"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def choices(self) -> tuple[Choice, ...]:
        """What a ballot can say."""
        return choices([Choice(**option) for option in self.options])

    def is_open_at(self, moment: datetime) -> bool:
        """Whether ballots are taken at `moment`."""
        return self.opens_at <= moment < self.closes_at


class Elector(AppendOnly):
    """A member who may vote on a proposal: who was one at its opening."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="electors")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "member"], name="elector_one_per_member_and_proposal"
            )
        ]

    def __str__(self) -> str:
        return f"{self.member} on {self.proposal}"


class BallotQuerySet(models.QuerySet["Ballot"]):
    """Words of the ballots."""

    def on(self, proposal: Proposal) -> Self:
        """All ballots of a proposal in the order they were cast."""
        return self.filter(elector__proposal=proposal).order_by("cast_at", "pk")


class Ballot(AppendOnly):
    """What an elector said, once. A changed mind is another row; the last one counts."""

    elector = models.ForeignKey(Elector, models.PROTECT, related_name="ballots")
    choice = models.CharField(max_length=40)
    cast_at = models.DateTimeField()

    objects = BallotQuerySet.as_manager()

    class Meta:
        ordering = ["cast_at", "pk"]

    def __str__(self) -> str:
        return f"{self.elector}: {self.choice}"
