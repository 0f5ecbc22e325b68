from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from media.rules.encodings import Stage


class EncodingQuerySet(models.QuerySet["Encoding"]):
    """Words of the clips in smaller sizes."""

    def unused_since(self, at: datetime) -> Self:
        """Made, and neither made nor handed out after `at`."""
        return self.filter(stage=Stage.MADE, used_at__lt=at)

    def move(self, before: Stage, after: Stage, **fields: object) -> bool:
        """Compare and swap the stage of one encoding; False if it was not in `before` any more."""
        return self.filter(stage=before).update(stage=after, **fields) == 1


class Encoding(models.Model):
    """A clip in one smaller size, made once; what buyers of that size get has its frames.

    `recipe` says size and quality. `key` is where the file lies among the originals, fixed before
    it is made; `percent` how much of the clip has been read for it, 0 to 99;
    `used_at` when it was last asked for.
    """

    work = models.ForeignKey("media.Work", on_delete=models.CASCADE, related_name="encodings")
    recipe = models.CharField(max_length=16)
    key = models.CharField(max_length=200, unique=True)
    stage = models.CharField(
        max_length=8, choices=[(s.value, s.value) for s in Stage], default=Stage.WAITING.value
    )
    percent = models.PositiveSmallIntegerField(default=0)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    bytes = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    asked_at = models.DateTimeField()
    used_at = models.DateTimeField()

    objects = EncodingQuerySet.as_manager()

    class Meta:
        ordering = ["work", "recipe"]
        constraints = [
            models.UniqueConstraint(
                fields=["work", "recipe"], name="media_encoding_once_per_recipe"
            ),
            models.CheckConstraint(
                condition=Q(stage__in=sorted(s.value for s in Stage)), name="media_encoding_stage"
            ),
            models.CheckConstraint(condition=Q(percent__lt=100), name="media_encoding_percent"),
            models.CheckConstraint(
                condition=Q(used_at__gte=F("asked_at")), name="media_encoding_used_after_asked"
            ),
            models.CheckConstraint(
                condition=~Q(stage=Stage.MADE.value)
                | Q(sha256__regex="^[0-9a-f]{64}$", bytes__gt=0, width__gt=0, height__gt=0),
                name="media_encoding_known_once_made",
            ),
        ]

    def __str__(self) -> str:
        return self.key
