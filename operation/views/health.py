"""Whether the process lives, and whether it can serve."""

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from operation.services import health
from stockcoop.kernel.access import audience


@audience("anyone")
@never_cache
def livez(request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers at all."""
    return JsonResponse({"status": "ok"})


@audience("anyone")
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when pages can be served, also with a part down; 503 when they cannot."""
    state = health.state(at=timezone.now())
    return JsonResponse(state, status=503 if state["status"] == "failed" else 200)
