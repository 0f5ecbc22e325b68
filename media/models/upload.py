from datetime import datetime
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from media.rules.parts import Part, split
from media.rules.states import RELEASED


class UploadQuerySet(models.QuerySet["Upload"]):
    def open(self) -> Self:
        """Still under way."""
        return self.filter(finished_at=None)

    def owned_by(self, user: models.Model) -> Self:
        return self.filter(owner=user)

    def claiming(self, fingerprint: str) -> Self:
        """The finished upload, if any, whose work keeps others from bringing the same content."""
        return self.filter(fingerprint=fingerprint, finished_at__isnull=False).exclude(
            work__state__in=RELEASED
        )

    def abandoned(self, since: datetime) -> Self:
        """Under way, but nothing was sent after `since`."""
        return self.open().filter(touched_at__lt=since)


class Upload(models.Model):
    """The way of one file into the storage; its work's uuid names it to the browser.

    `digests` are the SHA-256 of its parts in order, as announced before the first was sent;
    `token` is the storage's own name for it; `read_percent` how much of a clip ingest has read.
    """

    work = models.OneToOneField("media.Work", on_delete=models.CASCADE, related_name="upload")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    fingerprint = models.CharField(max_length=64)
    digests = ArrayField(models.CharField(max_length=64))
    token = models.CharField(max_length=255)
    begun_at = models.DateTimeField()
    touched_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    read_percent = models.PositiveSmallIntegerField(default=0, db_default=0)

    objects = UploadQuerySet.as_manager()

    class Meta:
        ordering = ["begun_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["fingerprint"],
                condition=Q(finished_at__isnull=False),
                name="media_upload_content_once",
            ),
            models.UniqueConstraint(
                fields=["owner", "fingerprint"],
                condition=Q(finished_at=None),
                name="media_upload_once_under_way",
            ),
        ]
        indexes = [
            models.Index(
                fields=["touched_at"], condition=Q(finished_at=None), name="media_upload_abandoned"
            )
        ]

    def __str__(self) -> str:
        return f"Upload of {self.work_id}"

    def parts(self) -> list[Part]:
        """The parts that were announced."""
        return split(self.work.bytes, self.digests)
