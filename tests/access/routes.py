"""The site's own routes, read from the URLconf."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.resolvers import RegexPattern

from stockcoop.kernel.access import audience_of

# Values that lead to no row, by the converter that reads them.
_NOBODYS: dict[str, Any] = {
    "UUIDConverter": "00000000-0000-4000-8000-000000000000",
    "IntConverter": 2_000_000_000,
    "SlugConverter": "nobodys",
    "StringConverter": "nobodys",
    "PathConverter": "nobodys/file.jpg",
}
# And by name where an expression reads them, or a converter takes less than its type says.
_NOBODYS_BY_NAME: dict[str, Any] = {
    "month": "2001-01",
    "year": 2001,
    "key": "00000000-0000-4000-8000-000000000000/r512-0.jpg",
}


@dataclass(frozen=True)
class Route:
    """One address pattern of ours: its name with namespace, its view, its parameters."""

    name: str
    view: Callable[..., Any]
    converters: tuple[tuple[str, str], ...]

    @property
    def audience(self) -> frozenset[str] | None:
        return audience_of(self.view)

    def nobodys(self) -> str:
        """Its address with parameters that belong to no row."""
        return reverse(self.name, kwargs={key: _sample(key, kind) for key, kind in self.converters})


def _sample(key: str, kind: str) -> Any:
    return _NOBODYS_BY_NAME.get(key, _NOBODYS.get(kind, "nobodys"))


def all_routes() -> list[Route]:
    """Every named or unnamed pattern whose view is written in this project."""
    return sorted(_walk(get_resolver().url_patterns, ""), key=lambda route: route.name)


def _walk(patterns: list[URLPattern | URLResolver], namespace: str) -> Iterator[Route]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern.url_patterns, inner)
        elif not pattern.callback.__module__.startswith(("allauth.", "django.")):
            yield Route(
                name=f"{namespace}{pattern.name}",
                view=pattern.callback,
                converters=tuple(_converters(pattern)),
            )


def _converters(pattern: URLPattern) -> Iterator[tuple[str, str]]:
    """The parameters of a pattern, each with what reads it; an expression's are read by itself."""
    if isinstance(pattern.pattern, RegexPattern):
        yield from ((key, "expression") for key in pattern.pattern.regex.groupindex)
    else:
        for key, converter in getattr(pattern.pattern, "converters", {}).items():
            yield key, type(converter).__name__
