"""Claims on the market of a work, and who was told that a freeze ends."""

from datetime import datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField, DateTimeRangeField
from django.db import models

from licensing.models.licences import Licence
from licensing.rules import freezes as rules
from licensing.rules.book import LONGEST_CODE
from licensing.rules.freezes import Reach
from stockcoop.kernel.db import AppendOnly


class ClaimQuerySet(models.QuerySet["Claim"]):
    """Words of the claims."""

    def of_freezes(self) -> Self:
        """Those of freezes."""
        return self.filter(freezes=True)


class Claim(models.Model):
    """What a licence that was not revoked takes of the market of its work, or what its freeze does.

    The database keeps one row for each licence and one for its freeze, by triggers; nobody else
    writes here. `during` is the moment of the grant, or while the freeze holds; `beside` how long
    no licence of others may stand beside it: empty for a freeze that tolerates earlier ones.
    No regions, or uses, are all of them. Two exclusion constraints hold apart what
    `licensing.rules.freezes.conflict` says is in conflict.
    """

    licence = models.ForeignKey(Licence, models.PROTECT, related_name="claims")
    work = models.ForeignKey("media.Work", models.PROTECT, related_name="+")
    root = models.ForeignKey(Licence, models.PROTECT, related_name="+", db_index=False)
    freezes = models.BooleanField()
    during = DateTimeRangeField()
    beside = DateTimeRangeField()
    regions = ArrayField(models.CharField(max_length=LONGEST_CODE))
    uses = ArrayField(models.CharField(max_length=LONGEST_CODE))

    objects = ClaimQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["licence", "freezes"], name="licensing_claim_once")
        ]

    def __str__(self) -> str:
        return f"{'Freeze' if self.freezes else 'Claim'} of licence {self.licence_id}"

    def value(self) -> rules.Claim:
        """The claim as the rules know it."""
        since: datetime = self.during.lower
        return rules.Claim(
            root=self.root_id,
            reach=Reach(frozenset(self.regions), frozenset(self.uses)),
            since=since,
            until=self.during.upper if self.freezes else None,
            strict=self.freezes and not self.beside.isempty,
        )


class FreezeNotice(AppendOnly):
    """That the holder of a licence was told of the end of its freeze."""

    licence = models.OneToOneField(Licence, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Notice of the end of the freeze of licence {self.licence_id}"


class FreezeEnd(AppendOnly):
    """That the artists of a work were told that a freeze of it is over since `ended_at`.

    `root` is that of the licences that it came with; one that an upgrade buys later ends anew.
    """

    root = models.ForeignKey(Licence, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["root", "ended_at"], name="licensing_freeze_end_told_once"
            )
        ]

    def __str__(self) -> str:
        return f"Notice to artists that the freeze of licence {self.root_id} is over"
