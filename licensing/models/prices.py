"""The price book and the licence terms: dated versions, each written once."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from licensing.rules import book
from licensing.rules.book import LONGEST_CODE, Book
from stockcoop.kernel.db import AppendOnly


class PriceBookQuerySet(models.QuerySet["PriceBook"]):
    """Words of the price books."""

    def in_force(self, at: datetime) -> "PriceBook":
        """The book that applied at `at`. Raises PriceBook.DoesNotExist if none did."""
        return self.filter(in_force_from__lte=at).latest("in_force_from", "version")


class PriceBook(AppendOnly):
    """One version of all prices. `content` is the table of the co-op's data, as it was given."""

    version = models.PositiveIntegerField(unique=True)
    in_force_from = models.DateTimeField()
    currency = models.CharField(max_length=3)
    content = models.JSONField()
    digest = models.CharField(max_length=64)

    objects = PriceBookQuerySet.as_manager()

    class Meta:
        ordering = ["-version"]

    def __str__(self) -> str:
        return f"Price book {self.version}"

    def book(self) -> Book:
        """The prices as a value."""
        return book.read(self.content, self.currency)


class TermsQuerySet(models.QuerySet["Terms"]):
    """Words of the licence terms."""

    def in_force(self, at: datetime) -> Self:
        """The terms of each kind that applied at `at`, one row a kind."""
        dated = self.filter(in_force_from__lte=at)
        return dated.order_by("kind", "-in_force_from", "-version").distinct("kind")


class Terms(AppendOnly):
    """One version of the text that a kind of licence is granted under.

    `clauses` is a list of {"heading", "text"}.
    """

    kind = models.CharField(max_length=LONGEST_CODE)
    version = models.PositiveIntegerField()
    in_force_from = models.DateTimeField()
    title = models.CharField(max_length=120)
    clauses = models.JSONField()
    digest = models.CharField(max_length=64)

    objects = TermsQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "-version"]
        verbose_name_plural = "terms"
        constraints = [
            models.UniqueConstraint(fields=["kind", "version"], name="licensing_terms_version"),
            models.CheckConstraint(condition=~Q(title=""), name="licensing_terms_titled"),
        ]

    def __str__(self) -> str:
        return f"{self.title}, version {self.version}"
