"""Pictures of any offered width at signed addresses."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.files.storage import storages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from media.models import Rendition
from media.services import sizes
from media.services.sizes import Asked, Later
from stockcoop.kernel.access import ANYONE, audience
from stockcoop.kernel.web import refused

_LONGEST_IN_CACHES = timedelta(days=1)


@audience(ANYONE)
@require_safe
def size(request: HttpRequest, uuid: UUID, width: int, extension: str) -> HttpResponse:
    """The picture, as bytes: its file has no address of its own. With `download`, to be kept."""
    asked = _asked(request, uuid, width, extension)
    now = timezone.now()
    try:
        made = sizes.get(asked=asked, client=_client(request), at=now)
    except Later as refusal:
        response = refused(request, refusal)
        response["Retry-After"] = str(refusal.seconds)
        return response
    response = HttpResponse(_bytes(made), content_type=made.media_type)
    left = min(asked.expires - int(now.timestamp()), int(_LONGEST_IN_CACHES.total_seconds()))
    response["Cache-Control"] = f"public, max-age={left}"
    if "download" in request.GET:
        name = f"comp-{slugify(made.work.title)[:60] or 'picture'}-{made.width}.{extension}"
        response["Content-Disposition"] = str(content_disposition_header(True, name))
    return response


def _asked(request: HttpRequest, uuid: UUID, width: int, extension: str) -> Asked:
    expires = request.GET.get("expires", "")
    whole = int(expires) if expires.isascii() and expires.isdecimal() and len(expires) < 12 else 0
    return Asked(uuid, width, extension, whole, request.GET.get("signature", "")[:100])


def _client(request: HttpRequest) -> str:
    """Who asks: the account, else the address that the proxy, or the connection, says."""
    if request.user.is_authenticated:
        return f"account {request.user.pk}"
    # The last of several is what our own proxy saw; believed where a proxy ends TLS, as its
    # word on the protocol is.
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")[-1].strip()
    behind_proxy = settings.SECURE_PROXY_SSL_HEADER is not None
    return (forwarded if behind_proxy else "") or str(request.META.get("REMOTE_ADDR", ""))


def _bytes(made: Rendition) -> bytes:
    try:
        with storages["renditions"].open(made.key) as file:
            return bytes(file.read())
    except FileNotFoundError:
        raise Http404 from None
