"""What crawlers read: robots.txt and the map of the site."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from media.models import Work
from search.services import gallery
from stockcoop.kernel.access import audience

_WORKS_PER_MAP = 10_000
_MOST_ARTISTS = 10_000


@audience("anyone")
@require_safe
@cache_control(public=True, max_age=3600)
def robots(request: HttpRequest) -> HttpResponse:
    """Where crawlers need not go, and where the map is."""
    context = {"map": settings.BASE_URL + reverse("search:map")}
    return render(request, "search/robots.txt", context, content_type="text/plain")


@audience("anyone")
@require_safe
@cache_control(public=True, max_age=3600)
def site_map(request: HttpRequest) -> HttpResponse:
    """The list of maps: one of pages and artists, then as many as the works need."""
    parts = -(-Work.objects.published().count() // _WORKS_PER_MAP)
    urls = [reverse("search:map_pages")]
    urls += [reverse("search:map_works", args=[part]) for part in range(1, parts + 1)]
    context = {"urls": [settings.BASE_URL + url for url in urls]}
    return render(request, "search/maps.xml", context, content_type="application/xml")


@audience("anyone")
@require_safe
@cache_control(public=True, max_age=3600)
def map_pages(request: HttpRequest) -> HttpResponse:
    """The front page, the newest works and every artist."""
    names = ("search:home", "search:newest")
    pages = [{"url": settings.BASE_URL + reverse(name)} for name in names]
    pages += [
        {"url": settings.BASE_URL + reverse("search:artist", args=[each.user.handle])}
        for each in gallery.artists(_MOST_ARTISTS)
    ]
    return render(request, "search/map.xml", {"pages": pages}, content_type="application/xml")


@audience("anyone")
@require_safe
@cache_control(public=True, max_age=3600)
def map_works(request: HttpRequest, part: int) -> HttpResponse:
    """The pages of the works, oldest first, so that a part that is full stays as it is."""
    first = (part - 1) * _WORKS_PER_MAP
    works = Work.objects.published().order_by("published_at", "pk")
    rows = works.values_list("uuid", "published_at")[max(first, 0) : first + _WORKS_PER_MAP]
    pages = [
        {"url": settings.BASE_URL + reverse("licensing:work", args=[uuid]), "changed": published}
        for uuid, published in rows
    ]
    if not pages:
        raise Http404("There are not that many works.")
    return render(request, "search/map.xml", {"pages": pages}, content_type="application/xml")
