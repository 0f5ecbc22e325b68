"""A calendar month in the co-op's time zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

_CODE = re.compile(r"([12][0-9]{3})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month as a value: `Month(2026, 3)`, written "2026-03"."""

    year: int
    month: int

    @classmethod
    def parse(cls, code: str) -> Month:
        """From "2026-03". Raises ValueError on anything else."""
        found = _CODE.fullmatch(code)
        if not found:
            raise ValueError(f"a month is written as in 2026-03, not {code!r}")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, moment: datetime, zone: tzinfo) -> Month:
        """The month that `moment` (aware) falls into in `zone`."""
        local = moment.astimezone(zone)
        return cls(local.year, local.month)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"

    def plus(self, months: int) -> Month:
        """So many months later; earlier when negative."""
        years, month = divmod(self.month - 1 + months, 12)
        return Month(self.year + years, month + 1)

    def start(self, zone: tzinfo) -> datetime:
        """Its first moment in `zone`."""
        return datetime(self.year, self.month, 1, tzinfo=zone)

    def end(self, zone: tzinfo) -> datetime:
        """The first moment after it in `zone`."""
        return self.plus(1).start(zone)

    def first_day(self) -> date:
        """Its first day, by which rows name a month."""
        return date(self.year, self.month, 1)

    def last_day(self) -> date:
        """Its last day."""
        return self.plus(1).first_day() - timedelta(days=1)

    def words(self) -> str:
        """As in "March 2026"."""
        return self.first_day().strftime("%B %Y")
