"""What a member was told about a finished month."""

from django.conf import settings
from django.db import models

from royalties.rules.months import Month
from stockcoop.kernel.db import AppendOnly
from stockcoop.kernel.money import Money


class Statement(AppendOnly):
    """A month of a member's account as it was issued. `month` is its first day.

    The lines are not kept: they are computed from the ledger and the sales whenever they are shown,
    and `digest` says whether they are still those that were issued.
    """

    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    member_name = models.CharField(max_length=80)
    month = models.DateField()
    currency = models.CharField(max_length=3)
    opening_minor = models.BigIntegerField()
    closing_minor = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    issued_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "month", "currency"], name="statement_once_a_month"
            ),
            models.CheckConstraint(
                condition=models.Q(month__day=1), name="statement_of_a_whole_month"
            ),
        ]
        indexes = [models.Index(fields=["month"], name="statement_month")]

    def __str__(self) -> str:
        return f"{self.member_name}, {self.period}"

    @property
    def period(self) -> Month:
        """The month it is about."""
        return Month(self.month.year, self.month.month)

    @property
    def opening(self) -> Money:
        """The balance at the start of the month."""
        return Money(self.opening_minor, self.currency)

    @property
    def closing(self) -> Money:
        """The balance at its end."""
        return Money(self.closing_minor, self.currency)
