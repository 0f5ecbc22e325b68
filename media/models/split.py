"""How a work's earnings are split: versions that all concerned agree to, written once."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from media.rules.agreements import LARGEST_WEIGHT, Outcome, Share
from stockcoop.kernel.canonical import digest
from stockcoop.kernel.db import AppendOnly


class SplitVersionQuerySet(models.QuerySet["SplitVersion"]):
    def agreed_by(self, at: datetime) -> Self:
        """Those that had begun to hold at `at`, the one that holds first.

        The latest agreement counts, not the latest beginning: whoever agreed to it had a part in
        all before it.
        """
        begun = self.filter(outcome__word=Outcome.AGREED, outcome__in_force_from__lte=at)
        return begun.order_by("-number")

    def open(self) -> Self:
        """Those that wait for somebody's consent."""
        return self.filter(outcome=None)


class SplitVersion(AppendOnly):
    """A split that the owner of a work proposed; in force once everybody who is asked agreed.

    `not_before` is the moment named for its beginning. `migrated` marks what co-creators had
    before anybody was asked. The digest covers the parts and who is asked.
    """

    work = models.ForeignKey("media.Work", models.PROTECT, related_name="splits")
    number = models.PositiveSmallIntegerField()
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    not_before = models.DateTimeField(null=True, blank=True)
    migrated = models.BooleanField(default=False)
    digest = models.CharField(max_length=64, editable=False)

    objects = SplitVersionQuerySet.as_manager()

    class Meta:
        ordering = ["work", "number"]
        constraints = [
            models.UniqueConstraint(fields=["work", "number"], name="media_split_numbered"),
            models.CheckConstraint(condition=Q(number__gt=0), name="media_split_number_from_one"),
        ]

    def __str__(self) -> str:
        return f"split {self.number} of work {self.work_id}"

    def shares(self) -> list[Share]:
        """Its parts as values, by member."""
        parts = sorted(self.parts.all(), key=lambda part: part.member_id)
        return [Share(part.member_id, part.role, part.weight) for part in parts]

    def computed_digest(self, shares: Sequence[Share], asked: Sequence[int]) -> str:
        """The digest that the row should carry with these parts and these members asked."""
        return digest(
            {
                "work": self.work_id,
                "number": self.number,
                "proposed": [self.proposed_by_id, _moment(self.proposed_at)],
                "not_before": _moment(self.not_before) if self.not_before else None,
                "migrated": self.migrated,
                "parts": [[s.member, s.role, s.weight] for s in shares],
                "asked": sorted(asked),
            }
        )


class SplitPart(AppendOnly):
    """What one co-creator has of what a work earns, in proportion to `weight`."""

    version = models.ForeignKey(SplitVersion, models.PROTECT, related_name="parts", db_index=False)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    role = models.CharField(max_length=60, blank=True)
    weight = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "member"], name="media_split_part_once"),
            models.CheckConstraint(
                condition=Q(weight__gt=0, weight__lte=LARGEST_WEIGHT),
                name="media_split_part_weight",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.weight}"


class SplitAskedQuerySet(models.QuerySet["SplitAsked"]):
    def waiting(self) -> Self:
        """Questions that are still open."""
        return self.filter(answer=None, version__outcome=None)


class SplitAsked(AppendOnly):
    """One whose consent a split needs: whoever has a part in it, or in the one before."""

    version = models.ForeignKey(SplitVersion, models.PROTECT, related_name="asked", db_index=False)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = SplitAskedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "member"], name="media_split_asked_once"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} is asked"


class SplitAnswer(AppendOnly):
    """The one answer of somebody who was asked."""

    asked = models.OneToOneField(SplitAsked, models.PROTECT, related_name="answer")
    agrees = models.BooleanField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return "agrees" if self.agrees else "declines"


class SplitOutcome(AppendOnly):
    """How a proposed split ended: one row at most, whoever is faster."""

    version = models.OneToOneField(SplitVersion, models.PROTECT, related_name="outcome")
    word = models.CharField(max_length=10, choices=[(o.value, o.value) for o in Outcome])
    at = models.DateTimeField()
    in_force_from = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(word=Outcome.AGREED.value, in_force_from__gte=F("at"))
                | Q(
                    word__in=[Outcome.DECLINED.value, Outcome.WITHDRAWN.value],
                    in_force_from=None,
                ),
                name="media_split_outcome_in_force_if_agreed",
            ),
        ]

    def __str__(self) -> str:
        return self.word


class SplitRoleQuerySet(models.QuerySet["SplitRole"]):
    def in_force(self, moment: datetime) -> list["SplitRole"]:
        """What co-creators could be called at `moment`, in the co-op's order."""
        latest = (
            self.filter(in_force_from__lte=moment)
            .order_by("code", "-in_force_from", "-pk")
            .distinct("code")
        )
        return sorted((r for r in latest if r.name), key=lambda r: (r.position, r.code))


class SplitRole(AppendOnly):
    """What somebody did for a work; another name is another row, an empty one retires it."""

    code = models.CharField(max_length=40)
    name = models.CharField(max_length=60, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    in_force_from = models.DateTimeField()

    objects = SplitRoleQuerySet.as_manager()

    class Meta:
        ordering = ["position", "code", "in_force_from"]
        constraints = [
            models.CheckConstraint(condition=~Q(code=""), name="media_splitrole_has_a_code")
        ]

    def __str__(self) -> str:
        return self.name


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
