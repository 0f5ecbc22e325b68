"""What is searched for, and the one URL that says it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self
from urllib.parse import urlencode

from search.rules.facets import BY_NAME, FACETS, Facet
from search.rules.fold import tidy
from stockcoop.kernel.errors import Refused

PAGE_SIZE = 48
LAST_PAGE = 10_000 // PAGE_SIZE  # engines refuse to count deeper, and nobody reads that far
LONGEST_TEXT = 200
MOST_VALUES = 24


class Sort(StrEnum):
    RELEVANCE = "relevance"
    NEWEST = "newest"


class BadQuery(Refused):
    """The address asks for something that no search can answer."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message, status=status)


@dataclass(frozen=True)
class Query:
    """A search. Equal queries have equal URLs, and equal URLs equal queries.

    `chosen` holds (facet name, value) pairs: values of one facet widen each other, facets narrow.
    Without text there is no relevance, so the order is by newest. Raises ValueError on values that
    `read` would never let through.
    """

    text: str = ""
    chosen: tuple[tuple[str, str], ...] = ()
    sort: Sort = Sort.RELEVANCE
    page: int = 1

    def __post_init__(self) -> None:
        if self.text != tidy(self.text) or len(self.text) > LONGEST_TEXT:
            raise ValueError(f"not a tidy text of at most {LONGEST_TEXT}: {self.text!r}")
        if not 1 <= self.page <= LAST_PAGE:
            raise ValueError(f"page {self.page} is not in 1..{LAST_PAGE}")
        for name, value in self.chosen:
            if name not in BY_NAME or not BY_NAME[name].accepts(value):
                raise ValueError(f"no such choice: {name}={value}")
        if len(set(self.chosen)) > MOST_VALUES:
            raise ValueError(f"more than {MOST_VALUES} choices")
        object.__setattr__(self, "chosen", tuple(sorted(set(self.chosen), key=_place)))
        if not self.text:
            object.__setattr__(self, "sort", Sort.NEWEST)

    @property
    def offset(self) -> int:
        return (self.page - 1) * PAGE_SIZE

    @property
    def is_plain(self) -> bool:
        """Neither text nor choice: everything there is."""
        return not self.text and not self.chosen

    def values(self, facet: Facet) -> tuple[str, ...]:
        return tuple(value for name, value in self.chosen if name == facet.name)

    def facets(self) -> tuple[Facet, ...]:
        """The facets something is chosen of, in page order."""
        return tuple(facet for facet in FACETS if self.values(facet))

    def toggled(self, facet: Facet, value: str) -> Self:
        """The same search with `value` chosen, or no longer chosen; back on the first page."""
        pair = (facet.name, value)
        rest = tuple(each for each in self.chosen if each != pair)
        return replace(self, chosen=rest if pair in self.chosen else (*rest, pair), page=1)

    def cleared(self) -> Self:
        return replace(self, chosen=(), page=1)

    def asking(self, text: str) -> Self:
        return replace(self, text=text, page=1)

    def by(self, sort: Sort) -> Self:
        return replace(self, sort=sort, page=1)

    def on(self, page: int) -> Self:
        return replace(self, page=page)

    def url(self) -> str:
        """The canonical query string, without "?": fixed order, nothing that is default."""
        pairs = [("q", self.text)] if self.text else []
        pairs += self.chosen
        if self.text and self.sort is not Sort.RELEVANCE:
            pairs.append(("sort", self.sort))
        if self.page > 1:
            pairs.append(("page", str(self.page)))
        return urlencode(pairs)


@dataclass(frozen=True)
class Reading:
    """A query as read from an address, and a sentence on each part that had to be left out."""

    query: Query
    remarks: tuple[str, ...] = ()


def read(pairs: Iterable[tuple[str, str]]) -> Reading:
    """Read URL parameters. Unknown parameters are none of ours and pass unremarked.

    A choice that does not exist is left out with a remark: an old link still finds something.
    Raises BadQuery: 400 for a text too long, 404 for a page that cannot exist.
    """
    given = [(name, tidy(value)) for name, value in pairs]
    text = _last(given, "q")
    if len(text) > LONGEST_TEXT:
        raise BadQuery(f"Please search for at most {LONGEST_TEXT} characters.")
    asked = [(name, value.lower()) for name, value in given if name in BY_NAME and value]
    known = list(dict.fromkeys(pair for pair in asked if BY_NAME[pair[0]].accepts(pair[1])))
    remarks = [
        f"There is no {name} “{value[:40]}” to choose, so it was left out."
        for name, value in dict.fromkeys(asked)
        if not BY_NAME[name].accepts(value)
    ]
    if len(known) > MOST_VALUES:
        remarks.append(f"Only the first {MOST_VALUES} choices were taken.")
    order = _last(given, "sort")
    sort = Sort(order) if order in set(Sort) else Sort.RELEVANCE
    query = Query(text, tuple(known[:MOST_VALUES]), sort, _page(_last(given, "page")))
    return Reading(query, tuple(remarks[:3]))


def _place(pair: tuple[str, str]) -> tuple[int, str]:
    return FACETS.index(BY_NAME[pair[0]]), pair[1]


def _last(pairs: list[tuple[str, str]], wanted: str) -> str:
    return next((value for name, value in reversed(pairs) if name == wanted), "")


def _page(value: str) -> int:
    if not value:
        return 1
    if not (value.isascii() and value.isdigit() and len(value) <= 6):
        raise BadQuery("Pages are numbered 1, 2, 3 and so on.", status=404)
    page = int(value)
    if not 1 <= page <= LAST_PAGE:
        raise BadQuery(f"Results end at page {LAST_PAGE}: please narrow the search.", status=404)
    return page
