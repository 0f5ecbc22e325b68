"""Orders: what a buyer agreed to pay for what, fixed at the moment of ordering."""

import uuid
from dataclasses import replace
from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q, Value

from licensing.rules import offers
from licensing.rules.book import LONGEST_CODE
from licensing.rules.freezes import Freeze, Others
from licensing.rules.offers import Choice, Past, Quote
from licensing.rules.states import ORDER_MOVES, OrderState
from members.models import User
from stockcoop.kernel.db import AppendOnly
from stockcoop.kernel.money import Money
from teams.models import Team


class OrderQuerySet(models.QuerySet["Order"]):
    """Words of the orders."""

    def of(self, buyer: models.Model) -> Self:
        """The orders of one buyer, newest first."""
        return self.filter(buyer=buyer).order_by("-placed_at", "-pk")

    def seen_by(self, user: User) -> Self:
        """What `user` may look at: their own orders, and all of the teams that they approve for.

        Who left a team sees its orders no more, their own among them.
        """
        mine = Q(project=None) | Q(project__team__in=Team.objects.of(user).values("pk"))
        approved = Q(project__team__in=Team.objects.approved_by(user).values("pk"))
        return self.filter((Q(buyer=user) & mine) | approved).order_by("-placed_at", "-pk")

    def paid(self) -> Self:
        """Orders whose money came, newest first."""
        return self.filter(state=OrderState.PAID).order_by("-paid_at", "-pk")

    def matching(self, words: str) -> Self:
        """Orders whose number, licensee or buyer's address holds all of `words`."""
        found = self
        for word in words.split():
            found = found.filter(
                Q(number__icontains=word)
                | Q(licensee__icontains=word)
                | Q(buyer__email__icontains=word)
            )
        return found

    def with_lines(self) -> Self:
        """For pages that show what is in each order."""
        return self.prefetch_related(
            "lines__work__owner", "lines__work__renditions", "lines__licence__sale"
        )

    def move(self, before: OrderState, after: OrderState, **fields: Any) -> bool:
        """Compare and swap the state of one order; False if it was not in `before` any more."""
        if (before, after) not in ORDER_MOVES:
            raise ValueError(f"No order moves from {before} to {after}.")
        return self.filter(state=before).update(state=after, **fields) == 1


class Order(models.Model):
    """An order. `token` comes from the form: the same form sent twice is one order.

    The database holds at commit that the total is the sum of the lines and their tax, and that a
    paid order has a licence for every line. `assessment` says which taxes, and why.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(max_length=16, unique=True)
    token = models.UUIDField()
    buyer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    licensee = models.CharField(max_length=120)
    project = models.ForeignKey(
        "teams.Project", models.PROTECT, related_name="+", null=True, blank=True
    )
    state = models.CharField(
        max_length=10, choices=[(s.value, s.value) for s in OrderState], default="open"
    )
    total_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField(default=0, db_default=0)
    assessment = models.OneToOneField(
        "invoicing.Assessment", models.PROTECT, null=True, blank=True, related_name="+"
    )
    currency = models.CharField(max_length=3)
    placed_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        ordering = ["-placed_at", "-pk"]
        indexes = [models.Index(fields=["buyer", "-placed_at"], name="licensing_order_of_buyer")]
        constraints = [
            models.UniqueConstraint(fields=["buyer", "token"], name="licensing_order_form_once"),
            models.CheckConstraint(condition=Q(total_minor__gt=0), name="licensing_order_priced"),
            models.CheckConstraint(condition=Q(tax_minor__gte=0), name="licensing_order_taxed"),
            models.CheckConstraint(condition=~Q(licensee=""), name="licensing_order_licensee"),
            models.CheckConstraint(
                condition=Q(state="open", paid_at=None, cancelled_at=None)
                | Q(state="paid", paid_at__isnull=False)
                | Q(state="cancelled", paid_at=None, cancelled_at__isnull=False),
                name="licensing_order_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"Order {self.number}"

    @property
    def total(self) -> Money:
        return Money(self.total_minor, self.currency)

    @property
    def tax(self) -> Money:
        return Money(self.tax_minor, self.currency)

    @property
    def net(self) -> Money:
        """The sum of the prices, before tax."""
        return self.total - self.tax

    @property
    def is_open(self) -> bool:
        return self.state == OrderState.OPEN

    @property
    def awaits_approval(self) -> bool:
        """Whether an approver has to let it through before it can be paid."""
        approval = getattr(self, "approval", None)
        return self.is_open and approval is not None and not approval.approved

    @property
    def is_paid(self) -> bool:
        return self.state == OrderState.PAID


class OrderLine(AppendOnly):
    """One work in an order, with the price book and the terms that it was sold under.

    `add_ons` is code -> units; `longest_side` the px agreed on, None for the original;
    `exclusive` and `reach` what the price book said of the kind. `freeze` is empty, or what is
    frozen, what the price book said of it, and which licences were there before. A line that
    `upgrades` a licence costs less by `credit_minor`, for what was paid before. One of a
    `custom_quote` has its choice and price.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    order = models.ForeignKey(Order, models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    work = models.ForeignKey("media.Work", models.PROTECT, related_name="+")
    price_book = models.ForeignKey("licensing.PriceBook", models.PROTECT, related_name="+")
    terms = models.ForeignKey("licensing.Terms", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=LONGEST_CODE)
    size = models.CharField(max_length=LONGEST_CODE)
    exclusive = models.BooleanField(default=False, db_default=False)
    longest_side = models.PositiveIntegerField(null=True, blank=True)
    add_ons = models.JSONField(default=dict)
    reach = models.JSONField(default=dict, db_default=Value({}, models.JSONField()))
    freeze = models.JSONField(default=dict, db_default=Value({}, models.JSONField()))
    upgrades = models.ForeignKey(
        "licensing.Licence", models.PROTECT, related_name="+", null=True, blank=True
    )
    custom_quote = models.ForeignKey(
        "licensing.CustomQuote", models.PROTECT, related_name="lines", null=True, blank=True
    )
    credit_minor = models.BigIntegerField(default=0, db_default=0)
    price_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField(default=0, db_default=0)
    currency = models.CharField(max_length=3)

    class Meta:
        ordering = ["order", "position"]
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="licensing_line_position"),
            models.UniqueConstraint(fields=["order", "work"], name="licensing_line_work_once"),
            models.CheckConstraint(condition=Q(price_minor__gt=0), name="licensing_line_priced"),
            models.CheckConstraint(
                condition=Q(upgrades=None, credit_minor=0)
                | Q(upgrades__isnull=False, credit_minor__gte=0),
                name="licensing_line_credited",
            ),
            models.CheckConstraint(condition=Q(tax_minor__gte=0), name="licensing_line_taxed"),
        ]

    def __str__(self) -> str:
        return f"{self.work} ({self.kind}, {self.size})"

    @property
    def price(self) -> Money:
        return Money(self.price_minor, self.currency)

    @property
    def credit(self) -> Money:
        """What was taken off the price for the licence that the line upgrades."""
        return Money(self.credit_minor, self.currency)

    @property
    def tax(self) -> Money:
        return Money(self.tax_minor, self.currency)

    @property
    def gross(self) -> Money:
        """Price and tax together: what is paid for it, and given back."""
        return self.price + self.tax

    @property
    def choice(self) -> Choice:
        return Choice(self.kind, self.size, self.add_ons, Freeze.read(self.freeze))

    def obstacle(self, past: Past) -> str:
        """Why this line cannot be licensed with such a `past` of its work; "" when it can."""
        return offers.obstacle(f"“{self.work.title}”", past, exclusive=self.exclusive)

    @property
    def beside(self) -> str:
        """Which licences of others were there when a freeze was ordered, in a sentence, or ""."""
        earliest = self.freeze.get("earliest")
        since = datetime.fromisoformat(earliest) if earliest else None
        return Others(self.freeze.get("earlier", 0), since).text

    def quote(self) -> Quote:
        """The price in its parts, by the price book that the line was sold under.

        Raises NotOnOffer when the book does not have this choice.
        """
        if self.custom_quote:
            return self.custom_quote.quote()
        quote = offers.priced(self.price_book.book(), self.choice)
        return replace(quote, credit=self.credit) if self.upgrades_id else quote

    @property
    def reference(self) -> str:
        """What royalties and the ledger know this line by."""
        return f"line:{self.uuid}"
