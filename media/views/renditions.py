"""Public pictures and previews from the local disk; a bucket or nginx serves them elsewhere."""

import re
from pathlib import Path

from django.core.files.storage import FileSystemStorage, storages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from media.models import Rendition
from stockcoop.kernel.access import ANYONE, audience
from stockcoop.storages import FOR_EVER

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


@audience(ANYONE)
@require_safe
def rendition(request: HttpRequest, key: str) -> HttpResponseBase:
    """One rendition that is still offered, whole or the range of bytes asked for.

    Only keys that a row names are looked up, so no path leads anywhere else.
    """
    row = get_object_or_404(Rendition, key=key)
    storage = storages["renditions"]
    if not isinstance(storage, FileSystemStorage):
        # An address from before the files moved into a bucket.
        return redirect(row.url)
    path = Path(storage.path(row.key))
    try:
        size, file = path.stat().st_size, path.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    wanted = _range(request.headers.get("Range", ""), size)
    if wanted is None:
        response: HttpResponseBase = FileResponse(file, content_type=row.media_type)
    else:
        first, last = wanted
        with file:
            file.seek(first)
            response = HttpResponse(
                file.read(last - first + 1), status=206, content_type=row.media_type
            )
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = FOR_EVER
    return response


def _range(header: str, size: int) -> tuple[int, int] | None:
    """The first and last byte asked for; None for the whole, or for what makes no sense."""
    match = _RANGE.fullmatch(header.strip())
    if match is None or match.group(0) == "bytes=-":
        return None
    first, last = match.groups()
    if not first:
        return max(0, size - int(last)), size - 1
    end = min(int(last), size - 1) if last else size - 1
    return (int(first), end) if int(first) <= end else None
