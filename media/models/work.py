import uuid
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models import Q

from media.models.rendition import Rendition
from media.rules.contact import CONTACT, Sheet, sheet_of
from media.rules.kinds import Kind, Orientation
from media.rules.recipes import GLIMPSE, PICTURES, PREVIEW
from media.rules.states import BEFORE_INGEST, RELEASED, State, may_move


def _values(members: Iterable[StrEnum]) -> list[str]:
    """As plain strings in a fixed order: migrations must not name our enums."""
    return sorted(member.value for member in members)


class DifferingBits(models.Func):
    """In how many bits two numbers of 64 bits differ."""

    template = "bit_count((%(expressions)s)::bit(64))"
    arg_joiner = " # "
    output_field = models.BigIntegerField()


class WorkQuerySet(models.QuerySet["Work"]):
    def in_state(self, *states: State) -> Self:
        return self.filter(state__in=states).order_by("created_at", "pk")

    def published(self) -> Self:
        return self.filter(state=State.PUBLISHED)

    def owned_by(self, user: models.Model) -> Self:
        return self.filter(owner=user)

    def shared_with(self, user: models.Model) -> Self:
        """Those of others in whose split `user` has, or had, or was offered a part."""
        return self.filter(splits__asked__member=user).exclude(owner=user).distinct()

    def split_seen_by(self, user: models.Model) -> Self:
        """Those whose split concerns `user`: their own, and those `shared_with` them."""
        return self.filter(Q(owner=user) | Q(splits__asked__member=user)).distinct()

    def handed_in(self) -> Self:
        """What editors have to do with, or had."""
        return self.filter(submitted_at__isnull=False)

    def claiming(self, sha256: str) -> Self:
        """The work, if any, that holds this content and keeps others from bringing it again."""
        return self.filter(sha256=sha256).exclude(state__in=RELEASED)

    def looking_like(self, look_hash: int, most_bits: int) -> Self:
        """Those whose `look_hash` differs in at most so many bits, the most alike first.

        It reads the number of every work, 8 bytes each: milliseconds for 100,000.
        """
        asked = models.Value(look_hash, output_field=models.BigIntegerField())
        return (
            self.alias(differing=DifferingBits(models.F("look_hash"), asked))
            .filter(differing__lte=most_bits)
            .order_by("differing", "pk")
        )

    def with_renditions(self) -> Self:
        """For lists: `sources()` of each work then asks nothing more of the database."""
        return self.prefetch_related("renditions")

    def move(self, before: State, after: State, **fields: Any) -> bool:
        """Compare and swap the state of one work; False if it was not in `before` any more."""
        if not may_move(before, after):
            raise ValueError(f"No work moves from {before} to {after}.")
        return self.filter(state=before).update(state=after, **fields) == 1

    def changed_between(self, after_xid: int, before_xid: int) -> Self:
        """Works last changed by a transaction with `after_xid` <= id < `before_xid`, oldest first.

        With `horizon()` as `before_xid`, and that value as the next `after_xid`, a follower
        misses no change: whatever commits late carries an id that is not yet below the horizon.
        """
        return self.filter(change_xid__gte=after_xid, change_xid__lt=before_xid).order_by(
            "change_xid", "change_seq"
        )

    @staticmethod
    def horizon() -> int:
        """The id below which every transaction has ended."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
            return int(cursor.fetchone()[0])


class Work(models.Model):
    """A photograph or clip, from its first byte to its withdrawal.

    `width` and `height` are pixels with the picture upright, `colours` hex strings ("#a0b1c2") most
    frequent first, `look_hash` 64 bits, of which few differ between pictures that look alike, as a
    signed number, `duration` to `audio_rate` the values of `rules.film.Film`. The database sets
    `change_seq` and `change_xid`.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=12, choices=[(s.value, s.value) for s in State], default=State.UPLOADING.value
    )
    kind = models.CharField(
        max_length=8, choices=[(k.value, k.value) for k in Kind], default=Kind.PHOTO.value
    )
    original_name = models.CharField(max_length=255)
    original_key = models.CharField(max_length=255, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    media_type = models.CharField(max_length=40, blank=True)
    bytes = models.PositiveBigIntegerField(default=0)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    orientation = models.CharField(
        max_length=10, blank=True, choices=[(o.value, o.value) for o in Orientation]
    )
    title = models.CharField(max_length=200, blank=True)
    description = models.TextField(blank=True)
    keywords = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    creator = models.CharField(max_length=120, blank=True)
    credit = models.CharField(max_length=120, blank=True)
    rights = models.CharField(max_length=255, blank=True)
    editorial = models.BooleanField(default=False)
    colours = ArrayField(models.CharField(max_length=7), default=list, blank=True)
    colour_names = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    thumbhash = models.CharField(max_length=48, blank=True)
    look_hash = models.BigIntegerField(null=True, blank=True)
    duration = models.FloatField(null=True, blank=True)
    frame_rate = models.FloatField(null=True, blank=True)
    codec = models.CharField(max_length=16, blank=True)
    rotation = models.SmallIntegerField(default=0, db_default=0)
    colour = models.CharField(max_length=24, blank=True, db_default="")
    bit_depth = models.PositiveSmallIntegerField(default=0, db_default=0)
    audio_codec = models.CharField(max_length=24, blank=True, db_default="")
    audio_channels = models.PositiveSmallIntegerField(default=0, db_default=0)
    audio_rate = models.PositiveIntegerField(default=0, db_default=0)
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    refusal = models.TextField(blank=True)
    change_seq = models.BigIntegerField(default=0, editable=False)
    change_xid = models.BigIntegerField(default=0, editable=False)

    objects = WorkQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["owner", "state", "-created_at"], name="media_work_of_owner"),
            models.Index(fields=["state", "submitted_at"], name="media_work_queue"),
            models.Index(fields=["-published_at"], name="media_work_newest"),
            models.Index(fields=["change_xid", "change_seq"], name="media_work_changed"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["sha256"],
                condition=~Q(sha256="") & ~Q(state__in=_values(RELEASED)),
                name="media_work_content_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_values(BEFORE_INGEST))
                | (~Q(sha256="") & ~Q(original_key="") & Q(width__gt=0, height__gt=0)),
                name="media_work_known_after_ingest",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.PUBLISHED.value) | Q(published_at__isnull=False),
                name="media_work_published_at",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.WITHDRAWN.value) | Q(withdrawn_at__isnull=False),
                name="media_work_withdrawn_at",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.REFUSED.value) | ~Q(refusal=""),
                name="media_work_refused_with_reason",
            ),
            models.CheckConstraint(condition=Q(kind__in=_values(Kind)), name="media_work_kind"),
        ]

    def __str__(self) -> str:
        return self.title or self.original_name

    @property
    def alt(self) -> str:
        """What a screen reader says in place of the picture."""
        return self.title or self.description or f"Untitled {self.kind}"

    @property
    def is_published(self) -> bool:
        return self.state == State.PUBLISHED

    def is_whole_at(self, longest_side: int | None) -> bool:
        """Whether a size of so many pixels, or none, is the original's own."""
        return longest_side is None or longest_side >= max(self.width, self.height)

    def shares(self, at: datetime) -> list[tuple[int, int]]:
        """Who shares in what it earns at `at`: (user id, weight) by user id.

        The owner alone until others have agreed. A sale asks by `services.splits.HOLDING` instead.
        """
        holds = self.splits.agreed_by(at).prefetch_related("parts").first()
        if holds is None:
            return [(self.owner_id, 1)]
        return [(share.member, share.weight) for share in holds.shares()]

    def sources(self, format: str) -> list[tuple[str, int]]:
        """The (url, width in pixels) of its pictures in `format`, narrowest first."""
        made = [r for r in self.renditions.all() if r.format == format and r.recipe in PICTURES]
        return [(r.url, r.width) for r in sorted(made, key=lambda r: r.width)]

    @property
    def preview(self) -> Rendition | None:
        """The watermarked clip of a video."""
        return self._rendition(PREVIEW)

    @property
    def glimpse(self) -> Rendition | None:
        """The silent seconds that a video shows of itself."""
        return self._rendition(GLIMPSE)

    @property
    def contact(self) -> Rendition | None:
        """The contact sheet of a video, as `sheet` lays it out."""
        return self._rendition(CONTACT)

    @property
    def sheet(self) -> Sheet:
        """How the contact sheet is laid out."""
        return sheet_of(self.width, self.height, self.duration or 0)

    def _rendition(self, recipe: str) -> Rendition | None:
        return next((r for r in self.renditions.all() if r.recipe == recipe), None)
