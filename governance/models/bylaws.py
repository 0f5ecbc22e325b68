"""By-laws: dated versions of the rules that the co-op gave itself."""

from datetime import datetime

from django.db import models

from governance.rules.bylaws import Article, Voting, readable
from stockcoop.kernel.db import AppendOnly


class ByLawsQuerySet(models.QuerySet["ByLaws"]):
    """Words of the by-laws."""

    def in_force(self, moment: datetime) -> "ByLaws":
        """The version that applied at `moment`. Raises ByLaws.DoesNotExist if none did."""
        return self.filter(in_force_from__lte=moment).latest("in_force_from", "number")


class ByLaws(AppendOnly):
    """One version. `articles`: a list of tables, see governance.rules.bylaws."""

    number = models.PositiveIntegerField(unique=True)
    in_force_from = models.DateTimeField()
    articles = models.JSONField()

    objects = ByLawsQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        verbose_name_plural = "by-laws"

    def __str__(self) -> str:
        return f"By-laws, version {self.number}"

    @property
    def voting(self) -> Voting:
        """The voting article."""
        return Voting.of(self.articles)

    @property
    def readable(self) -> list[Article]:
        """The articles in words."""
        return readable(self.articles)
