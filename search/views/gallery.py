"""Pages that need no engine: the front page, the newest works, an artist's works."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from members.models import User
from search.rules.engine import EngineDown
from search.services import finding, gallery
from stockcoop.kernel.access import audience
from stockcoop.kernel.web import page_of

_ON_FRONT_PAGE = 20
_ARTISTS = 6


@audience("anyone")
@require_safe
@cache_control(private=True, no_cache=True)
def home(request: HttpRequest) -> HttpResponse:
    """The front page: the newest works, the artists, what the co-op is."""
    works = list(gallery.newest()[:_ON_FRONT_PAGE])
    window = next((work for work in works if work.orientation == "landscape"), None)
    context = {
        "window": window,
        "works": [work for work in works if work != window],
        "artists": gallery.artists(_ARTISTS),
        "figures": gallery.figures(currency=settings.CURRENCY, at=timezone.now()),
        "subjects": _subjects(),
        "canonical": settings.BASE_URL + reverse("search:home"),
    }
    return render(request, "search/home.html", context)


@audience("anyone")
@require_safe
@cache_control(private=True, no_cache=True)
def newest(request: HttpRequest) -> HttpResponse:
    """Everything published, newest first, from the database: the way on when search is down."""
    context = {
        "page": page_of(request, gallery.newest()),
        "canonical": settings.BASE_URL + reverse("search:newest"),
    }
    return render(request, "search/newest.html", context)


@audience("anyone")
@require_safe
@cache_control(private=True, no_cache=True)
def artist(request: HttpRequest, handle: str) -> HttpResponse:
    """An artist: name, since when, works. 404 for anybody who has published nothing."""
    user = User.objects.filter(handle=handle).first()
    works = gallery.newest().filter(owner=user)
    if user is None or not works.exists():
        raise Http404("No artist of that name has published a work.")
    context = {
        "artist": user,
        "since": gallery.member_since(user),
        "page": page_of(request, works),
        "canonical": settings.BASE_URL + reverse("search:artist", args=[handle]),
    }
    return render(request, "search/artist.html", context)


def _subjects() -> tuple[str, ...]:
    try:
        return finding.suggest(prefix="")
    except EngineDown:
        return ()
