"""Months, quarters and years, as the books are read by them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, tzinfo

_CODE = re.compile(r"([12][0-9]{3})(?:-(?:(0[1-9]|1[0-2])|Q([1-4])))?")


@dataclass(frozen=True, slots=True)
class Period:
    """`months` months from the first of `month` on; `code` is "2026-03", "2026-Q1" or "2026"."""

    code: str
    year: int
    month: int
    months: int

    @classmethod
    def parse(cls, code: str) -> Period:
        """From its code. Raises ValueError on anything else."""
        found = _CODE.fullmatch(code)
        if not found:
            raise ValueError(f"a period is written as in 2026-03, 2026-Q1 or 2026, not {code!r}")
        year, month, quarter = found.groups()
        if month:
            return cls(code, int(year), int(month), 1)
        return (
            cls(code, int(year), 3 * int(quarter) - 2, 3)
            if quarter
            else cls(code, int(year), 1, 12)
        )

    @classmethod
    def month_of(cls, moment: datetime, zone: tzinfo) -> Period:
        """The month that `moment` falls into in `zone`."""
        local = moment.astimezone(zone)
        return cls.parse(f"{local.year:04}-{local.month:02}")

    def start(self, zone: tzinfo) -> datetime:
        """Its first moment in `zone`."""
        return datetime(self.year, self.month, 1, tzinfo=zone)

    def end(self, zone: tzinfo) -> datetime:
        """The first moment after it in `zone`."""
        years, month = divmod(self.month - 1 + self.months, 12)
        return datetime(self.year + years, month + 1, 1, tzinfo=zone)

    def beside(self, steps: int) -> str:
        """The code of the period of the same length so many steps later; earlier when negative."""
        years, month = divmod(self.month - 1 + steps * self.months, 12)
        year = f"{self.year + years:04}"
        return {1: f"{year}-{month + 1:02}", 3: f"{year}-Q{month // 3 + 1}", 12: year}[self.months]
