"""Licences, and the files handed out under them."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, RangeOperators
from django.db import models
from django.db.models import Case, F, Func, Q, Value, When

from licensing.rules.offers import Choice
from members.models import User
from stockcoop.kernel.db import AppendOnly
from stockcoop.kernel.money import Money, total
from teams.models import Team


class LicenceQuerySet(models.QuerySet["Licence"]):
    """Words of the licences."""

    def of(self, buyer: models.Model) -> Self:
        """The licences of one buyer, newest first, with all that their pages show."""
        return self.filter(buyer=buyer).with_line().order_by("-granted_at", "-pk")

    def seen_by(self, user: User) -> Self:
        """What `user` may use: their own licences that are for no team, and all of their teams."""
        order = "line__order__project"
        mine = Q(**{order: None}, buyer=user)
        teams = Q(**{f"{order}__team__in": Team.objects.of(user).values("pk")})
        return self.filter(mine | teams).with_line().order_by("-granted_at", "-pk")

    def with_line(self) -> Self:
        """With the order line, its work, its price book and its terms."""
        return self.select_related(
            "line__order__project",
            "line__work__owner",
            "line__price_book",
            "line__terms",
            "buyer",
            "sale",
        ).prefetch_related("successors", "upgrades")

    def matching(self, words: str) -> Self:
        """Licences whose work's title, artist, number, order or licensee holds all of `words`."""
        found = self
        for word in words.split():
            found = found.filter(
                Q(line__work__title__icontains=word)
                | Q(line__work__owner__name__icontains=word)
                | Q(line__order__number__icontains=word)
                | Q(line__order__licensee__icontains=word)
                | Q(number__icontains=word)
            )
        return found


# Where a licence stands among those of its work: an exclusive one that is valid takes up all room.
_PLACE = Case(When(exclusive=True, revoked_at=None, then=None), default=F("id"))
_ROOM = Func(_PLACE, _PLACE, Value("[]"), function="int8range", output_field=BigIntegerRangeField())


class Licence(models.Model):
    """The right bought by one order line, with the sale that paid for it.

    `work`, `exclusive`, `upgrades` and `custom_quote` are the line's, and `root` is the first of
    the licences that upgrade one another: itself, if it upgrades none. The database fills them in.
    While an exclusive licence is valid its work has none of another root, and it is granted only
    where there was none. A custom quote gives one licence, ever.

    An upgrade supersedes the licence that it builds on, as long as it is valid itself, and it is
    valid only while that one's own payment stands.

    A market freeze that it came with counts from `frozen_since` and ends at `frozen_until`.

    A refund or a lost dispute revokes it, once. While its payment is disputed it is suspended, and
    counts again when the money comes back, even after the dispute was lost.
    """

    number = models.CharField(max_length=16, unique=True)
    line = models.OneToOneField("licensing.OrderLine", models.PROTECT, related_name="licence")
    work = models.ForeignKey("media.Work", models.PROTECT, related_name="+", editable=False)
    exclusive = models.BooleanField(editable=False)
    upgrades = models.ForeignKey(
        "self", models.PROTECT, related_name="successors", null=True, editable=False
    )
    root = models.ForeignKey("self", models.PROTECT, related_name="+", editable=False)
    custom_quote = models.OneToOneField(
        "licensing.CustomQuote", models.PROTECT, related_name="+", null=True, editable=False
    )
    sale = models.OneToOneField("royalties.Sale", models.PROTECT, related_name="+")
    buyer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    granted_at = models.DateTimeField()
    frozen_since = models.DateTimeField(null=True, editable=False)
    frozen_until = models.DateTimeField(null=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_because = models.CharField(max_length=200, blank=True)
    suspended_at = models.DateTimeField(null=True, blank=True)
    suspended_because = models.CharField(max_length=200, blank=True)

    objects = LicenceQuerySet.as_manager()

    class Meta:
        ordering = ["-granted_at", "-pk"]
        indexes = [models.Index(fields=["buyer", "-granted_at"], name="licensing_licence_of_buyer")]
        constraints = [
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_because="")
                | (
                    Q(revoked_at__isnull=False, revoked_at__gte=F("granted_at"))
                    & ~Q(revoked_because="")
                ),
                name="licensing_licence_revoked",
            ),
            models.CheckConstraint(
                condition=Q(suspended_at=None, suspended_because="")
                | (Q(suspended_at__isnull=False) & ~Q(suspended_because="")),
                name="licensing_licence_suspended",
            ),
            models.CheckConstraint(
                condition=Q(frozen_since=None, frozen_until=None)
                | Q(frozen_until__gt=F("frozen_since"), frozen_since__lte=F("granted_at")),
                name="licensing_licence_frozen",
            ),
            ExclusionConstraint(
                name="licensing_licence_alone",
                expressions=[
                    ("work", RangeOperators.EQUAL),
                    ("root", RangeOperators.NOT_EQUAL),
                    (_ROOM, RangeOperators.OVERLAPS),
                ],
            ),
            models.UniqueConstraint(
                fields=["upgrades"],
                condition=Q(revoked_at=None),
                name="licensing_licence_upgraded_once",
            ),
        ]

    def __str__(self) -> str:
        return f"Licence {self.number}"

    @property
    def counts(self) -> bool:
        """Whether its own payment stands."""
        return self.revoked_at is None and self.suspended_at is None

    @property
    def is_valid(self) -> bool:
        """Whether its payment stands, and that of each licence it builds on."""
        return all(licence.counts for licence in self.chain())

    @property
    def successor(self) -> "Licence | None":
        """The valid licence that supersedes it; None while there is none."""
        return next((upgrade for upgrade in self.successors.all() if upgrade.counts), None)

    @property
    def state(self) -> str:
        """Valid, superseded, suspended or ended, as pages call it."""
        if self.is_valid:
            return "superseded" if self.successor else "valid"
        return "ended" if any(licence.revoked_at for licence in self.chain()) else "suspended"

    @property
    def ended_at(self) -> datetime | None:
        """Since when it does not count; None while it does."""
        ends = (licence.revoked_at or licence.suspended_at for licence in self.chain())
        return next((end for end in ends if end), None)

    @property
    def ended_because(self) -> str:
        """Why it does not count, in a sentence for its holder; empty while it does."""
        if self.revoked_at and not self.suspended_at:
            return "This licence was refunded and has ended: please delete the work."
        if self.counts and not self.is_valid:
            return "The licence that this one upgrades is not valid any more."
        return self.suspended_because

    @property
    def superseded(self) -> str:
        """By what it is superseded, in a sentence; empty while nothing does."""
        successor = self.successor if self.is_valid else None
        return f"Superseded by licence {successor.number}, an upgrade." if successor else ""

    def chain(self) -> "list[Licence]":
        """The licence itself, what it upgrades, what that upgrades, and so on."""
        found = [self]
        while found[-1].upgrades:
            found.append(found[-1].upgrades)
        return found

    @property
    def clause(self) -> str:
        """What was agreed beside the terms when it, or what it builds on, was quoted; or ""."""
        quote = self.chain()[-1].line.custom_quote
        return quote.clause if quote else ""

    @property
    def choice(self) -> Choice:
        """What was chosen for it."""
        return self.line.choice

    @property
    def paid(self) -> Money:
        """What was paid for it and for all that it builds on."""
        return total((one.line.price for one in self.chain()), self.line.currency)

    def counted(self, at: datetime) -> Money:
        """What of that counts towards an upgrade at `at`: all but freezes that are over by then."""
        spent = []
        counting = None
        for one in self.chain():
            if one.frozen_until and one.frozen_since != counting:
                counting = one.frozen_since
                frozen = one.line.quote().frozen
                if frozen and one.frozen_until <= at:
                    spent.append(frozen.price)
        return self.paid - total(spent, self.line.currency)

    def freezes(self, at: datetime) -> bool:
        """Whether a freeze that it came with is not over at `at`."""
        return self.frozen_until is not None and self.frozen_until > at


class Download(AppendOnly):
    """One file handed out under a licence, and its content's SHA-256.

    `kind` and `colours` are what its buyer chose; empty for clips, and before there was a choice.
    """

    licence = models.ForeignKey(Licence, models.PROTECT, related_name="downloads")
    at = models.DateTimeField()
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=60)
    bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    kind = models.CharField(max_length=8, blank=True, default="", db_default="")
    colours = models.CharField(max_length=8, blank=True, default="", db_default="")

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sha256__regex="^[0-9a-f]{64}$"), name="licensing_download_hashed"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def digest_in_words(self) -> str:
        """What proves that a file is this one."""
        return f"SHA-256 {self.sha256}"
