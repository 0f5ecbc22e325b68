"""The search page, the suggestions below the search box, and what is like a work."""

from uuid import UUID

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from search.rules.engine import EngineDown
from search.rules.fold import tidy
from search.rules.query import LAST_PAGE, LONGEST_TEXT, PAGE_SIZE, Query, Reading, read
from search.services import finding
from search.services.finding import Found
from search.views import choices
from stockcoop.kernel.access import audience

_SIMILAR = 12


@audience("anyone")
@require_safe
@cache_control(private=True, no_cache=True)
def results(request: HttpRequest) -> HttpResponse:
    """What a search found; 404 beyond the last page, 503 with a way on when the engine is down."""
    pairs = [(name, value) for name, values in request.GET.lists() for value in values]
    reading = read(pairs)
    try:
        found = finding.find(query=reading.query)
    except EngineDown as down:
        return _down(request, down)
    beyond = reading.query.page > 1 and reading.query.offset >= found.total
    return render(
        request,
        "search/results.html",
        _page(reading, found) | {"beyond": beyond},
        status=404 if beyond else 200,
    )


@audience("anyone")
@require_safe
@cache_control(public=True, max_age=60)
def suggest(request: HttpRequest) -> HttpResponse:
    """Options for the search box; none when the engine is down, which must not disturb typing."""
    prefix = tidy(request.GET.get("q", ""))[:LONGEST_TEXT]
    try:
        suggestions = finding.suggest(prefix=prefix)
    except EngineDown:
        suggestions = ()
    body = render_to_string("components/suggestions.html", {"suggestions": suggestions})
    return HttpResponse(body)


@audience("anyone")
@require_safe
@cache_control(public=True, max_age=5)
def similar(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A section with works like this one; empty when there are none to show."""
    try:
        works = finding.similar(uuid=uuid, limit=_SIMILAR)
    except EngineDown:
        works = ()
    return HttpResponse(render_to_string("search/similar.html", {"works": works}))


def _page(reading: Reading, found: Found) -> dict[str, object]:
    query = reading.query
    labels = choices.Labels(found)
    page = _numbered(query, found)
    return {
        "query": query,
        "found": found,
        "page": page,
        "remarks": reading.remarks,
        "summary": choices.summary(query, labels),
        "groups": choices.groups(found, labels),
        "chosen": choices.chosen(query, labels),
        "orders": choices.orders(query),
        "first": choices.address(query.on(1)),
        "without_choices": choices.address(query.cleared()),
        "instead_url": choices.address(Query(found.instead)) if found.instead else "",
        "canonical": settings.BASE_URL + choices.address(query),
        "previous": choices.address(query.on(query.page - 1)) if query.page > 1 else "",
        "next": choices.address(query.on(query.page + 1)) if page.has_next() else "",
        "hidden": not found.total or len(query.chosen) > 1 or bool(reading.remarks),
    }


def _numbered(query: Query, found: Found) -> Page[int]:
    """The page bar: as many pages as can be asked for."""
    reachable = min(found.total, LAST_PAGE * PAGE_SIZE)
    paginator = Paginator(range(reachable), PAGE_SIZE)
    return Page(range(0), query.page, paginator)


def _down(request: HttpRequest, down: EngineDown) -> HttpResponse:
    context = {"refusal": down, "newest": reverse("search:newest")}
    response = render(request, "search/down.html", context, status=down.status)
    response.headers["Retry-After"] = "30"
    patch_cache_control(response, no_store=True)
    return response
