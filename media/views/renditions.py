"""Public pictures and previews from the local disk; a bucket or nginx serves them elsewhere."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from django.core.files.storage import FileSystemStorage, storages
from django.http import FileResponse, Http404, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from media.models import Rendition
from stockcoop.kernel.access import ANYONE, audience
from stockcoop.storages import FOR_EVER

# Longer numbers than any file needs would cost time to read, and Python refuses the longest.
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
_CHUNK = 256 * 1024


@audience(ANYONE)
@require_safe
def rendition(request: HttpRequest, key: str) -> HttpResponseBase:
    """One rendition that is still offered, whole or the range of bytes asked for.

    Only keys that a row names are looked up, so no path leads anywhere else.
    """
    row = get_object_or_404(Rendition.objects.standing(), key=key)
    storage = storages["renditions"]
    if not isinstance(storage, FileSystemStorage):
        # An address from before the files moved into a bucket.
        return redirect(row.url)
    path = Path(storage.path(row.key))
    try:
        file = path.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    wanted = _range(request.headers.get("Range", ""), path.stat().st_size)
    response = FileResponse(file) if wanted is None else _part(file, *wanted)
    response["Content-Type"] = row.media_type
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = FOR_EVER
    return response


def _range(header: str, size: int) -> tuple[int, int, int] | None:
    """The first and last byte asked for, and the size; None for the whole, and for no sense.

    What cannot be satisfied may be answered with the whole (RFC 9110, 14.2).
    """
    match = _RANGE.fullmatch(header.strip())
    if match is None:
        return None
    first, last = match.groups()
    if first:
        start, end = int(first), min(int(last or size), size - 1)
    else:
        start, end = max(0, size - int(last or 0)), size - 1
    return (start, end, size) if start <= end else None


def _part(file: BinaryIO, first: int, last: int, size: int) -> HttpResponseBase:
    """206 with these bytes of `file`, which is closed when they are sent."""
    response = StreamingHttpResponse(_bytes(file, first, last + 1 - first), status=206)
    response["Content-Length"] = str(last + 1 - first)
    response["Content-Range"] = f"bytes {first}-{last}/{size}"
    return response


def _bytes(file: BinaryIO, first: int, left: int) -> Iterator[bytes]:
    with file:
        file.seek(first)
        while left and (chunk := file.read(min(_CHUNK, left))):
            left -= len(chunk)
            yield chunk
