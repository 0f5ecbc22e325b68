"""Figures for Prometheus."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from prometheus_client import CONTENT_TYPE_LATEST

from operation.services import scrape
from stockcoop.kernel.access import audience


@audience("anyone")
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Everything, to whoever has the token; without a token in the settings there is no page."""
    if not settings.METRICS_TOKEN:
        raise Http404("METRICS_TOKEN is not set.")
    given = request.headers.get("Authorization", "")
    if not constant_time_compare(given, f"Bearer {settings.METRICS_TOKEN}"):
        return HttpResponse(
            "Say the token.\n",
            status=401,
            content_type="text/plain",
            headers={"WWW-Authenticate": "Bearer"},
        )
    return HttpResponse(scrape.text(meters=settings.METERS), content_type=CONTENT_TYPE_LATEST)
