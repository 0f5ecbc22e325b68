"""Tax books, billing details, what tax an order bears, and invoices: all but the details kept.

The database holds (see the migrations): rows are written once; the numbers of a series follow
each other without a gap.
"""

import re
from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from invoicing.rules import book
from invoicing.rules.billing import Billing
from invoicing.rules.book import Book
from invoicing.rules.documents import DocumentKind, number_of
from invoicing.rules.tax import Assessed, Charged
from stockcoop.kernel.canonical import Value
from stockcoop.kernel.db import AppendOnly
from stockcoop.kernel.money import Money, total

_FIGURES = re.compile(r"[0-9]{1,9}")


class TaxBookQuerySet(models.QuerySet["TaxBook"]):
    """Words of the tax books."""

    def in_force(self, at: datetime) -> "TaxBook | None":
        """The book that applied at `at`; None if none did."""
        return self.filter(in_force_from__lte=at).order_by("-in_force_from", "-version").first()


class TaxBook(AppendOnly):
    """One version of the seller's places and all rates, as the co-op's data gave it."""

    version = models.PositiveIntegerField(unique=True)
    in_force_from = models.DateTimeField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)

    objects = TaxBookQuerySet.as_manager()

    class Meta:
        ordering = ["-version"]

    def __str__(self) -> str:
        return f"Tax book {self.version}"

    def book(self) -> Book:
        """The rates as a value."""
        return book.read(self.content)


class BillingDetails(models.Model):
    """Whom an account's invoices are made out to. `tax_id` has sound digits; nobody asked VIES."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    name = models.CharField(max_length=120, blank=True)
    address = models.TextField(max_length=400, blank=True)
    country = models.CharField(max_length=2, blank=True)
    region = models.CharField(max_length=3, blank=True)
    business = models.BooleanField(default=False)
    tax_id = models.CharField(max_length=20, blank=True)

    class Meta:
        verbose_name_plural = "billing details"

    def __str__(self) -> str:
        return f"Billing details of {self.user}"

    def billing(self) -> Billing:
        """Themselves as a value."""
        return Billing(
            self.name, self.address, self.country, self.region, self.business, self.tax_id
        )


class Assessment(AppendOnly):
    """What tax an order bears, and why, as it was worked out when the order was placed.

    `taxes` is a list of [authority, name, rate, amount, [part of each line]].
    """

    book = models.ForeignKey(TaxBook, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    billing = models.JSONField()
    prices = models.JSONField()
    currency = models.CharField(max_length=3)
    taxes = models.JSONField()
    reason = models.CharField(max_length=300)
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"Assessment {self.pk}"

    def stated(self) -> Value:
        """All that its digest is taken of."""
        version = self.book.version if self.book else None
        return [version, self.billing, self.prices, self.currency, self.taxes, self.reason]

    def money(self) -> list[Money]:
        """The prices of the lines, before tax."""
        return [Money(price, self.currency) for price in self.prices]

    def assessed(self) -> Assessed:
        """Itself as a value."""
        base = total(self.money(), self.currency)
        return Assessed(
            tuple(
                Charged(authority, name, rate, base, Money(amount, self.currency), tuple(parts))
                for authority, name, rate, amount, parts in self.taxes
            ),
            self.reason,
        )


class Series(models.Model):
    """The last number given in a year; held until the transaction that takes the next one ends."""

    year = models.PositiveSmallIntegerField(unique=True)
    last = models.PositiveIntegerField()

    class Meta:
        verbose_name_plural = "series"

    def __str__(self) -> str:
        return f"Series {self.year}"


class InvoiceQuerySet(models.QuerySet["Invoice"]):
    """Words of the invoices and credit notes."""

    def of(self, buyer: models.Model) -> Self:
        """Those of one buyer, newest first."""
        return self.filter(buyer=buyer).newest_first()

    def newest_first(self) -> Self:
        """By their numbers, the latest first."""
        return self.order_by("-series", "-number")

    def numbered(self, name: str) -> Self:
        """The one called so, as in "2026-000017"; none when nothing can be."""
        series, _, number = name.partition("-")
        if not (_FIGURES.fullmatch(series) and _FIGURES.fullmatch(number)):
            return self.none()
        return self.filter(series=int(series), number=int(number))

    def about(self, order: str) -> Self:
        """Those of one order, by their numbers."""
        return self.filter(order=order).order_by("series", "number")

    def between(self, since: datetime, until: datetime) -> Self:
        """Those issued in `since <= at < until`, by their numbers."""
        return self.filter(issued_at__gte=since, issued_at__lt=until).order_by("series", "number")


class Invoice(AppendOnly):
    """An invoice, or a credit note that `corrects` one: its numbers and all that it says.

    `order` is the caller's name of what it is about, and so is the reference of each line.
    """

    series = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=[(k.value, k.value) for k in DocumentKind])
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="credit_notes"
    )
    order = models.CharField(max_length=60, db_index=True)
    buyer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(db_index=True)
    net_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    content = models.JSONField()
    digest = models.CharField(max_length=64)

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        ordering = ["series", "number"]
        constraints = [
            models.UniqueConstraint(fields=["series", "number"], name="invoicing_number_once"),
            models.CheckConstraint(
                condition=Q(net_minor__gt=0, tax_minor__gte=0), name="invoicing_sums"
            ),
            models.CheckConstraint(
                condition=Q(kind="invoice", corrects=None)
                | Q(kind="credit_note", corrects__isnull=False),
                name="invoicing_corrects",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.words} {self.name}"

    @property
    def name(self) -> str:
        """Its number as people write it."""
        return number_of(self.series, self.number)

    @property
    def words(self) -> str:
        """What it is, for pages."""
        return "Invoice" if self.kind == DocumentKind.INVOICE else "Credit note"

    @property
    def sign(self) -> int:
        """Whether its sums add to what was invoiced, or take from it."""
        return 1 if self.kind == DocumentKind.INVOICE else -1

    @property
    def net(self) -> Money:
        return Money(self.net_minor, self.currency) * self.sign

    @property
    def tax(self) -> Money:
        return Money(self.tax_minor, self.currency) * self.sign

    @property
    def total(self) -> Money:
        return self.net + self.tax

    def lines(self) -> list[dict[str, Any]]:
        """Its lines as its content has them."""
        found: list[dict[str, Any]] = self.content["lines"]
        return found
