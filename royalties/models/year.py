"""What a member was told about a finished year."""

from django.conf import settings
from django.db import models

from stockcoop.kernel.db import AppendOnly
from stockcoop.kernel.money import Money


class YearStatement(AppendOnly):
    """A year of a member's account as it was issued, after the statement of its December.

    As with months, the lines are computed whenever they are shown; `digest` covers the year's
    twelve months.
    """

    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    member_name = models.CharField(max_length=80)
    year = models.PositiveSmallIntegerField()
    currency = models.CharField(max_length=3)
    opening_minor = models.BigIntegerField()
    closing_minor = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    issued_at = models.DateTimeField()

    class Meta:
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "year", "currency"], name="year_statement_once"
            ),
        ]
        indexes = [models.Index(fields=["year"], name="year_statement_year")]

    def __str__(self) -> str:
        return f"{self.member_name}, {self.year}"

    @property
    def opening(self) -> Money:
        """The balance at the start of the year."""
        return Money(self.opening_minor, self.currency)

    @property
    def closing(self) -> Money:
        """The balance at its end."""
        return Money(self.closing_minor, self.currency)
