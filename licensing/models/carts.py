"""Carts: what a buyer means to license, and by which prices they chose it."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Value

from licensing.rules import offers, upgrades
from licensing.rules.book import LONGEST_CODE
from licensing.rules.freezes import Freeze
from licensing.rules.offers import Choice
from stockcoop.kernel.money import Money


class CartLineQuerySet(models.QuerySet["CartLine"]):
    """Words of the carts."""

    def of(self, buyer: models.Model) -> Self:
        """The cart of one buyer, oldest line first."""
        return (
            self.filter(buyer=buyer)
            .select_related("work__owner", "price_book", "upgrades__line")
            .select_related("custom_quote__price_book")
            .order_by("added_at", "pk")
        )


class CartLine(models.Model):
    """A work in a buyer's cart. `add_ons` is code -> units, `price_book` what they chose from.
    `freeze` is as `Freeze.read` takes it.

    `upgrades` is the licence of theirs that it adds to, `custom_quote` whose price it has.
    """

    buyer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    work = models.ForeignKey("media.Work", models.PROTECT, related_name="+")
    price_book = models.ForeignKey("licensing.PriceBook", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=LONGEST_CODE)
    size = models.CharField(max_length=LONGEST_CODE)
    add_ons = models.JSONField(default=dict)
    freeze = models.JSONField(default=dict, db_default=Value({}, models.JSONField()), blank=True)
    upgrades = models.ForeignKey(
        "licensing.Licence", models.PROTECT, related_name="+", null=True, blank=True
    )
    custom_quote = models.ForeignKey(
        "licensing.CustomQuote", models.PROTECT, related_name="+", null=True, blank=True
    )
    added_at = models.DateTimeField()

    objects = CartLineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["buyer", "work"], name="licensing_cart_work_once"),
        ]

    def __str__(self) -> str:
        return f"{self.work} ({self.kind}, {self.size})"

    @property
    def choice(self) -> Choice:
        return Choice(self.kind, self.size, self.add_ons, Freeze.read(self.freeze))

    @property
    def seen(self) -> Money:
        """The price that the buyer saw when they chose it."""
        if self.custom_quote:
            return self.custom_quote.price
        book = self.price_book.book()
        quote = offers.priced(book, self.choice)
        if self.upgrades:
            quote = upgrades.credited(book, quote, self.upgrades.counted(self.added_at))
        return quote.price
