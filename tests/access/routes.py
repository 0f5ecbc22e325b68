"""The site's own routes, read from the URLconf."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from stockcoop.kernel.access import audience_of

# Values that lead to no row, by the converter that reads them.
_NOBODYS: dict[str, Any] = {
    "UUIDConverter": "00000000-0000-4000-8000-000000000000",
    "IntConverter": 2_000_000_000,
    "SlugConverter": "nobodys",
    "StringConverter": "nobodys",
    "PathConverter": "nobodys/file.jpg",
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
    special = {"month": "2001-01", "year": 2001}
    return special.get(key, _NOBODYS.get(kind, "nobodys"))


def all_routes() -> list[Route]:
    """Every named or unnamed pattern whose view is written in this project."""
    return sorted(_walk(get_resolver().url_patterns, ""), key=lambda route: route.name)


def _walk(patterns: list[URLPattern | URLResolver], namespace: str) -> Iterator[Route]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern.url_patterns, inner)
        elif not pattern.callback.__module__.startswith(("allauth.", "django.")):
            converters = getattr(pattern.pattern, "converters", {})
            yield Route(
                name=f"{namespace}{pattern.name}",
                view=pattern.callback,
                converters=tuple((key, type(value).__name__) for key, value in converters.items()),
            )
