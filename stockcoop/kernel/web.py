"""The thin common part of all views: refusals become pages, long lists become pages."""

from collections.abc import Callable
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from stockcoop.kernel.access import wants_json
from stockcoop.kernel.errors import Refused


def page_of(request: HttpRequest, rows: Any, *, per: int = 48) -> Page[Any]:
    """The page of `rows` that `?page=` asks for; a number out of range gives the nearest."""
    return Paginator(rows, per).get_page(request.GET.get("page"))


def words_of(request: HttpRequest, *, most: int = 200) -> str:
    """What `?q=` asks for: at most `most` characters."""
    return request.GET.get("q", "").strip()[:most]


class NulMiddleware:
    """Answers 400 to an address with a NUL in it: PostgreSQL holds none, so it names no row."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        said = [request.path, *(text for pair in request.GET.lists() for text in _flat(pair))]
        if any("\x00" in text for text in said):
            refusal = Refused("This address holds a character that no text has.", status=400)
            return refused(request, refusal)
        return self.get_response(request)


class RefusedMiddleware:
    """Answers a `Refused` that a view did not catch: a page, or JSON for scripts."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The answer to a `Refused`; None leaves any other error to Django."""
        if not isinstance(error, Refused):
            return None
        return refused(request, error)


def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """The page of a refusal, or JSON for scripts."""
    if wants_json(request):
        return JsonResponse({"error": refusal.message}, status=refusal.status)
    return render(request, "refused.html", {"refusal": refusal}, status=refusal.status)


def _flat(pair: tuple[str, list[str]]) -> list[str]:
    name, values = pair
    return [name, *values]
