"""The index as PostgreSQL keeps it. Only `adapters.postgres` reads and writes these tables."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models


class IndexedWork(models.Model):
    """A document: what is searched, what is counted, what is sorted by.

    `phrases` are title and keywords, folded; `terms` are "facet:value". Rows stay small enough to
    be read without a detour: no text is kept that is only shown.
    """

    id = models.UUIDField(primary_key=True)
    digest = models.CharField(max_length=64)
    published_at = models.DateTimeField()
    vector = SearchVectorField()
    phrases = ArrayField(models.TextField())
    terms = ArrayField(models.TextField())

    class Meta:
        indexes = [
            GinIndex(fields=["vector"], name="search_vector", fastupdate=False),
            GinIndex(fields=["terms"], name="search_terms", fastupdate=False),
            GinIndex(fields=["phrases"], name="search_phrases", fastupdate=False),
            models.Index(fields=["-published_at", "id"], name="search_newest"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Phrase(models.Model):
    """A keyword or title, and how many documents carry it: what suggestions are made of."""

    folded = models.TextField(primary_key=True)
    shown = models.TextField()
    works = models.IntegerField()

    class Meta:
        indexes = [
            models.Index(OpClass("folded", "text_pattern_ops"), name="search_prefix"),
            GinIndex(OpClass("folded", "gin_trgm_ops"), name="search_likeness"),
            models.Index(fields=["-works"], name="search_frequent"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(works__gte=0), name="search_phrase_counted"),
        ]

    def __str__(self) -> str:
        return self.shown


class Position(models.Model):
    """The one row that says how far the index has read in the history of works."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    xid = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="search_position_is_one_row"),
        ]

    def __str__(self) -> str:
        return str(self.xid)
