"""A search as the page shows it: what may be chosen, what is, and where each link leads."""

from dataclasses import dataclass

from django.urls import reverse

from members.models import User
from search.rules.engine import Count
from search.rules.facets import ARTIST, FACETS, Facet
from search.rules.query import Query, Sort
from search.services.finding import Found


@dataclass(frozen=True)
class Choice:
    """A link that changes the search. `number`: how many works it finds."""

    label: str
    url: str
    number: int | None = None
    current: bool = False
    colour: str = ""


@dataclass(frozen=True)
class Group:
    """The choices of a facet."""

    name: str
    title: str
    choices: tuple[Choice, ...]


class Labels:
    """The words for the values of facets; artists' names are read once for a whole page."""

    def __init__(self, found: Found) -> None:
        handles = {count.value for count in found.counts.get(ARTIST.name, ())}
        handles.update(found.query.values(ARTIST))
        named = User.objects.filter(handle__in=handles)
        self._artists = dict(named.values_list("handle", "name"))

    def label(self, facet: Facet, value: str) -> str:
        if facet.is_open:
            return self._artists.get(value, value)
        return next(option.label for option in facet.options if option.value == value)


def address(query: Query) -> str:
    """The canonical address of the results of `query`."""
    said = query.url()
    return reverse("search:results") + (f"?{said}" if said else "")


def groups(found: Found, labels: Labels) -> tuple[Group, ...]:
    """The facets to choose by: values that find something, and those that are chosen."""
    made = [
        Group(
            facet.name,
            facet.label,
            tuple(
                Choice(
                    label=labels.label(facet, count.value),
                    url=address(found.query.toggled(facet, count.value)),
                    number=count.works,
                    current=count.value in found.query.values(facet),
                    colour=_swatch(facet, count.value),
                )
                for count in _in_page_order(facet, found)
            ),
        )
        for facet in FACETS
    ]
    return tuple(group for group in made if _says_something(group.choices))


def chosen(query: Query, labels: Labels) -> tuple[Choice, ...]:
    """What narrows the search now; each link takes its own away."""
    return tuple(
        Choice(
            label=labels.label(facet, value),
            url=address(query.toggled(facet, value)),
            colour=_swatch(facet, value),
        )
        for facet in query.facets()
        for value in query.values(facet)
    )


def orders(query: Query) -> tuple[Choice, ...]:
    """The orders to choose from: without words there is no relevance."""
    if not query.text:
        return ()
    return tuple(
        Choice(sort.capitalize(), address(query.by(sort)), current=sort is query.sort)
        for sort in Sort
    )


def summary(query: Query, labels: Labels) -> str:
    """The search in words: "Red boat, landscape, blue"."""
    values = [
        labels.label(facet, value) for facet in query.facets() for value in query.values(facet)
    ]
    words = ", ".join([query.text, *values] if query.text else values)
    return words[:1].upper() + words[1:]


def _says_something(choices: tuple[Choice, ...]) -> bool:
    """A single value that all results share is no choice."""
    return len(choices) > 1 or any(choice.current for choice in choices)


def _in_page_order(facet: Facet, found: Found) -> list[Count]:
    counts = found.counts.get(facet.name, ())
    if facet.is_open:
        return list(counts)
    works = {count.value: count.works for count in counts}
    works |= {value: 0 for value in found.query.values(facet) if value not in works}
    return [Count(o.value, works[o.value]) for o in facet.options if o.value in works]


def _swatch(facet: Facet, value: str) -> str:
    return next((option.swatch for option in facet.options if option.value == value), "")
