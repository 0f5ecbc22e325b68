"""Where the browser sends parts when the originals lie on a local disk: plays the bucket."""

from django.core.files.storage import FileSystemStorage, storages
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from media.adapters.local_parts import BadLeave, local_parts
from media.rules.buckets import DIGEST_HEADER
from media.rules.parts import BadBody
from stockcoop.kernel.access import ANYONE, audience


@csrf_exempt  # the signature in the address is the leave; no cookie is looked at
@audience(ANYONE)
@require_http_methods(["PUT"])
def part(request: HttpRequest, leave: str) -> HttpResponse:
    """Take in one part: 200 with its ETag, 403 without valid leave, 400 for another content."""
    if not isinstance(storages["originals"], FileSystemStorage):
        raise Http404("Parts go to the bucket itself.")
    try:
        etag = local_parts().receive(
            leave,
            length=int(request.headers.get("Content-Length") or 0),
            digest=request.headers.get(DIGEST_HEADER, ""),
            body=request.read,
        )
    except BadLeave as error:
        return HttpResponse(str(error), status=403, content_type="text/plain")
    except BadBody as error:
        return HttpResponse(str(error), status=400, content_type="text/plain")
    return HttpResponse(headers={"ETag": etag})
