from typing import Self

from django.core.files.storage import storages
from django.db import models

from media.rules.recipes import MEDIA_TYPES
from media.rules.sizes import ON_DEMAND


class RenditionQuerySet(models.QuerySet["Rendition"]):
    """Words of the public files."""

    def standing(self) -> Self:
        """What ingest made, without what was made since because somebody asked."""
        return self.exclude(recipe__startswith=ON_DEMAND)


class Rendition(models.Model):
    """One public file made from a work: a picture or a clip of one recipe in one format."""

    work = models.ForeignKey("media.Work", on_delete=models.CASCADE, related_name="renditions")
    recipe = models.CharField(max_length=16)
    format = models.CharField(max_length=8)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    key = models.CharField(max_length=200, unique=True)
    bytes = models.PositiveBigIntegerField()

    objects = RenditionQuerySet.as_manager()

    class Meta:
        ordering = ["work", "width", "format"]
        constraints = [
            models.UniqueConstraint(
                fields=["work", "recipe", "format"], name="media_rendition_once_per_recipe"
            ),
            models.CheckConstraint(
                condition=models.Q(width__gt=0, height__gt=0, bytes__gt=0),
                name="media_rendition_not_empty",
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def url(self) -> str:
        return storages["renditions"].url(self.key)

    @property
    def is_on_demand(self) -> bool:
        """Whether it was made because somebody asked, and is had at signed addresses only."""
        return self.recipe.startswith(ON_DEMAND)

    @property
    def media_type(self) -> str:
        return MEDIA_TYPES[self.format]
