"""A span of time as whole months and what is left at its edges."""

from dataclasses import dataclass
from datetime import UTC, datetime

Range = tuple[datetime | None, datetime | None]
NOTHING: Range = (datetime(1, 1, 1, tzinfo=UTC), datetime(1, 1, 1, tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Span:
    """`months`: from the first moment of a month of UTC to that of another; two edges beside it.

    Each range is `from <= at < until`; None has no end. The three do not overlap, and cover the
    span.
    """

    months: Range
    edges: tuple[Range, Range]


def of(since: datetime | None, until: datetime | None) -> Span:
    """The span `since <= at < until`; None has no end."""
    first = _next(since) if since else None
    last = _start(until) if until else None
    if first and last and first >= last:
        return Span(NOTHING, ((since, until), NOTHING))
    return Span(
        (first, last), ((since, first) if first else NOTHING, (last, until) if last else NOTHING)
    )


def _start(at: datetime) -> datetime:
    at = at.astimezone(UTC)
    return datetime(at.year, at.month, 1, tzinfo=UTC)


def _next(at: datetime) -> datetime:
    """The first start of a month that is not before `at`."""
    start = _start(at)
    if start == at:
        return start
    return datetime(start.year + start.month // 12, start.month % 12 + 1, 1, tzinfo=UTC)
