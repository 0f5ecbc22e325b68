"""Sales with the rule that applied to them, and refunds. Written once, never touched again."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from royalties.models.base import Fact
from royalties.models.rate import RoyaltyRate
from royalties.rules import sold, splits
from royalties.rules.sold import Sold
from royalties.rules.splits import WHOLE_BP, Split
from stockcoop.kernel.canonical import Value
from stockcoop.kernel.db import AppendOnly
from stockcoop.kernel.money import Money


class SaleQuerySet(models.QuerySet["Sale"]):
    def shared_by(self, member: models.Model) -> Self:
        """Sales of which `member` got a part."""
        return self.filter(parts__member=member)

    def newest_first(self) -> Self:
        return self.order_by("-sold_at", "-pk")

    def kept(self) -> Self:
        """Sales that count: never taken back, or restored since."""
        standing = Refund.objects.filter(sale=OuterRef("pk"), restoration=None)
        return self.filter(~Exists(standing))


class Sale(Fact):
    """A licence sold: its price, and the rate and shares by which it was split then.

    `shares` is [[member, weight], ...] as the work had them, by `split_version` (none while its
    owner had it alone); `title`, `buyer_name` and `rate_words` are as they were read on that day.
    """

    reference = models.CharField(max_length=100, unique=True)
    work = models.ForeignKey("media.Work", models.PROTECT, related_name="+")
    title = models.CharField(max_length=255)
    licence_kind = models.CharField(max_length=40)
    buyer_name = models.CharField(max_length=200)
    price_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    rate = models.ForeignKey(RoyaltyRate, models.PROTECT, related_name="+")
    coop_rate_bp = models.PositiveSmallIntegerField()
    rate_words = models.CharField(max_length=200, blank=True, default="", db_default="")
    split_version = models.ForeignKey(
        "media.SplitVersion", models.PROTECT, null=True, blank=True, related_name="+"
    )
    shares = models.JSONField()
    entry = models.OneToOneField("ledger.Entry", models.PROTECT, related_name="+")
    sold_at = models.DateTimeField()

    objects = SaleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(price_minor__gt=0), name="sale_has_a_price"),
            models.CheckConstraint(
                condition=Q(coop_rate_bp__lte=WHOLE_BP), name="sale_rate_at_most_the_whole"
            ),
        ]
        indexes = [models.Index(fields=["-sold_at", "-id"], name="sale_newest")]

    def __str__(self) -> str:
        return f"{self.reference}: {self.title}"

    @property
    def price(self) -> Money:
        """What the buyer paid for the licence."""
        return Money(self.price_minor, self.currency)

    @property
    def source(self) -> str:
        """The source of its entry in the ledger."""
        return sold.source(self.reference)

    @property
    def memo(self) -> str:
        """What its entry says in words."""
        return sold.memo(self.licence_kind, self.title)

    @property
    def refund(self) -> "Refund | None":
        """By what the sale stands taken back now; None when it counts."""
        standing = (made for made in self.refunds.all() if not hasattr(made, "restoration"))
        return next(standing, None)

    def split(self) -> Split:
        """The split, computed anew from the rule that is stored with the sale."""
        return splits.of_sale(
            price=self.price,
            coop_rate_bp=self.coop_rate_bp,
            shares=[(member, weight) for member, weight in self.shares],
        )

    def stated(self) -> Value:
        return Sold._make(getattr(self, name) for name in Sold._fields).stated()


class SaleShare(AppendOnly):
    """What one co-creator got of a sale; zero where a cent could not be shared."""

    sale = models.ForeignKey(Sale, models.PROTECT, related_name="parts", db_index=False)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    weight = models.PositiveIntegerField()
    amount_minor = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sale", "member"], name="sale_share_once"),
            models.CheckConstraint(condition=Q(weight__gt=0), name="sale_share_weight"),
            models.CheckConstraint(condition=Q(amount_minor__gte=0), name="sale_share_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.amount_minor}"

    @property
    def amount(self) -> Money:
        """The sum, in the currency of the sale."""
        return Money(self.amount_minor, self.sale.currency)


class Refund(AppendOnly):
    """A sale taken back whole, by the mirror image of the entry that counts it.

    `cause` is what the caller knows the reason by; a cause takes a sale back once. `number` counts
    from 1: a sale that was restored can be taken back again.
    """

    sale = models.ForeignKey(Sale, models.PROTECT, related_name="refunds")
    number = models.PositiveSmallIntegerField(default=1)
    cause = models.CharField(max_length=120, blank=True)
    entry = models.OneToOneField("ledger.Entry", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="refund_has_a_reason"),
            models.UniqueConstraint(fields=["sale", "number"], name="refund_numbered"),
            models.UniqueConstraint(fields=["sale", "cause"], name="refund_cause_once"),
        ]

    def __str__(self) -> str:
        return f"{self.sale.reference} taken back"

    @property
    def source(self) -> str:
        """The source of its entry in the ledger."""
        return numbered(f"refund:{self.sale.reference}", self.number)


class Restoration(AppendOnly):
    """A sale that counts again: the entry that took it back is reversed, nothing split anew."""

    refund = models.OneToOneField(Refund, models.PROTECT, related_name="restoration")
    entry = models.OneToOneField("ledger.Entry", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="restoration_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.refund.sale.reference} restored"

    @property
    def source(self) -> str:
        """The source of its entry in the ledger."""
        return numbered(f"restored:{self.refund.sale.reference}", self.refund.number)


def numbered(source: str, number: int) -> str:
    """`source`, with its number from the second time on."""
    return source if number == 1 else f"{source}:{number}"
