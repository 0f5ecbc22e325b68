"""Enquiries of buyers for what the price book does not have, and the custom quotes that answer."""

import uuid
from dataclasses import replace
from datetime import UTC
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from licensing.models.prices import PriceBook
from licensing.rules import offers
from licensing.rules.book import LONGEST_CODE
from licensing.rules.custom import ENQUIRY_MOVES, LONGEST_CLAUSE, Agreed, EnquiryState
from licensing.rules.offers import Choice, Quote
from stockcoop.kernel import canonical
from stockcoop.kernel.money import Money

# Plain strings: migrations must not name our enums.
_STATES = [(str(state), str(state)) for state in EnquiryState]
_DONE = ["declined", "taken back"]


class EnquiryQuerySet(models.QuerySet["Enquiry"]):
    """Words of the enquiries."""

    def of(self, buyer: models.Model) -> Self:
        """Those of one buyer, newest first."""
        return self.filter(buyer=buyer).with_quotes().order_by("-asked_at", "-pk")

    def waiting(self) -> Self:
        """Those without an answer, the oldest first."""
        return self.filter(state=EnquiryState.WAITING).order_by("asked_at", "pk")

    def with_quotes(self) -> Self:
        """With all that their pages show."""
        return self.select_related("buyer", "work__owner", "ended_by").prefetch_related(
            "quotes__quoted_by", "quotes__withdrawn_by", "work__renditions"
        )

    def move(self, before: EnquiryState, after: EnquiryState, **fields: Any) -> bool:
        """Compare and swap the state of one enquiry; False if it was not in `before` any more."""
        if (before, after) not in ENQUIRY_MOVES:
            raise ValueError(f"No enquiry moves from {before} to {after}.")
        return self.filter(state=before).update(state=after, **fields) == 1


class Enquiry(models.Model):
    """What a buyer wants to do with a work, for which they ask a price; kept as it was asked.

    `kind` is the licence kind that they have in mind, `needed_by` the day when they must know; both
    may be empty. Who ended it (the buyer took it back, or the co-op declined) may say why.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    buyer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    work = models.ForeignKey("media.Work", models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=1000)
    kind = models.CharField(max_length=LONGEST_CODE, blank=True)
    needed_by = models.DateField(null=True, blank=True)
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=_STATES, default="waiting")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    ended_because = models.CharField(max_length=300, blank=True)

    objects = EnquiryQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name_plural = "enquiries"
        constraints = [
            models.UniqueConstraint(
                fields=["buyer", "work"],
                condition=Q(state="waiting"),
                name="licensing_enquiry_waiting_once",
            ),
            models.CheckConstraint(condition=~Q(purpose=""), name="licensing_enquiry_purposeful"),
            models.CheckConstraint(
                condition=Q(state__in=_DONE, ended_at__isnull=False, ended_by__isnull=False)
                | (
                    Q(ended_at=None, ended_by=None, ended_because="")
                    & Q(state__in=["waiting", "answered"])
                ),
                name="licensing_enquiry_ended",
            ),
        ]

    def __str__(self) -> str:
        return f"Enquiry about {self.work}"

    @property
    def quote(self) -> "CustomQuote | None":
        """The custom quote that answers it, if one does that was not withdrawn."""
        return next((quote for quote in self.quotes.all() if not quote.is_withdrawn), None)

    @property
    def is_waiting(self) -> bool:
        return self.state == EnquiryState.WAITING


class CustomQuoteQuerySet(models.QuerySet["CustomQuote"]):
    """Words of the custom quotes."""

    def of(self, buyer: models.Model) -> Self:
        """Those made to one buyer."""
        return self.filter(enquiry__buyer=buyer).select_related("enquiry__work", "price_book")


class CustomQuote(models.Model):
    """What the co-op answers: one choice at one price, until a moment, for one licence.

    Its words and figures are kept as they were given, under a digest; it can be withdrawn, once.
    `price_book` is what the kind, the size and the add-ons are of.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enquiry = models.ForeignKey(Enquiry, models.PROTECT, related_name="quotes")
    price_book = models.ForeignKey(PriceBook, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=LONGEST_CODE)
    size = models.CharField(max_length=LONGEST_CODE)
    add_ons = models.JSONField(default=dict)
    price_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    clause = models.CharField(max_length=LONGEST_CLAUSE, blank=True)
    digest = models.CharField(max_length=64)
    quoted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    quoted_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    withdrawn_because = models.CharField(max_length=300, blank=True)

    objects = CustomQuoteQuerySet.as_manager()

    class Meta:
        ordering = ["quoted_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["enquiry"],
                condition=Q(withdrawn_at=None),
                name="licensing_custom_quote_alone",
            ),
            models.CheckConstraint(
                condition=Q(price_minor__gt=0), name="licensing_custom_quote_priced"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("quoted_at")), name="licensing_custom_quote_lasts"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_because="")
                | (
                    Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False)
                    & ~Q(withdrawn_because="")
                ),
                name="licensing_custom_quote_withdrawn",
            ),
        ]

    def __str__(self) -> str:
        return f"Custom quote {self.pk}"

    @property
    def price(self) -> Money:
        return Money(self.price_minor, self.currency)

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None

    @property
    def choice(self) -> Choice:
        return Choice(self.kind, self.size, self.add_ons)

    @property
    def agreed(self) -> Agreed:
        """What it says instead of the price book."""
        return Agreed(self.price, self.clause)

    def quote(self) -> Quote:
        """Its price in the parts that the price book gives, with what was agreed instead."""
        return replace(offers.priced(self.price_book.book(), self.choice), agreed=self.agreed)

    def computed_digest(self) -> str:
        """The digest that its words and figures give."""
        said = [self.kind, self.size, self.add_ons, self.price_minor, self.currency, self.clause]
        until = self.expires_at.astimezone(UTC).isoformat()
        return canonical.digest([str(self.enquiry.uuid), *said, until])
