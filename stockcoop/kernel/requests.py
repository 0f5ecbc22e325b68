"""What happens around every request: its id, its time, its line in the log; the probes' host."""

import logging
import re
import time
import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from structlog.contextvars import bound_contextvars

from stockcoop.kernel.logs import route_of
from stockcoop.kernel.meters import REQUESTS

log = logging.getLogger("stockcoop.requests")

PROBED = frozenset({"/livez", "/readyz", "/metrics"})
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SAFE = re.compile(r"[A-Za-z0-9._-]{1,64}")


class RequestMiddleware:
    """Gives a request its id, that of the proxy if it is fit, and measures its answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if _SAFE.fullmatch(given) else uuid.uuid4().hex
        with bound_contextvars(request_id=request_id):
            began = time.perf_counter()
            response = self.get_response(request)
            self._tell(request, response.status_code, time.perf_counter() - began)
        response["X-Request-ID"] = request_id
        return response

    def _tell(self, request: HttpRequest, status: int, seconds: float) -> None:
        route, method = route_of(request), request.method or ""
        # Anybody can invent methods; each would be a series of its own.
        method = method if method in _METHODS else "other"
        REQUESTS.labels(method, route, f"{status // 100}xx").observe(seconds)
        if request.path not in PROBED:
            ms = round(seconds * 1000)
            fields = {"method": method, "route": route, "status": status, "ms": ms}
            log.info("%s %s: %s in %s ms", method, route, status, ms, extra=fields)


class ProbesMiddleware:
    """Answers probes under whatever name they call the machine by.

    They come to an address inside the network that ALLOWED_HOSTS does not list; what they are
    told names no host.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path in PROBED:
            request.META["HTTP_HOST"] = (settings.ALLOWED_HOSTS or ["localhost"])[0].lstrip(".")
        return self.get_response(request)
