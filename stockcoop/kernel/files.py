"""Private files on their way to a browser that may have them."""

from pathlib import PurePath
from typing import Any

from django.core.files.storage import FileSystemStorage, storages
from django.http import FileResponse, Http404, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

_LONGEST_STEM = 60
"""Characters of a name that an address carries; each may take twenty bytes of it."""


def private(key: str, *, media_type: str, name: str = "") -> HttpResponseBase:
    """The file `key` of the originals; to be kept as `name` if there is one, else to be shown.

    From a disk it is sent by this process. From a bucket it is not: the browser is given an
    address there, which lasts five minutes at most. Raises Http404 where there is no such file.
    """
    storage: Any = storages["originals"]
    if isinstance(storage, FileSystemStorage):
        try:
            file = storage.open(key)
        except FileNotFoundError:
            raise _gone() from None
        return FileResponse(
            file, as_attachment=bool(name), filename=name, content_type=media_type or None
        )
    if not storage.exists(key):
        raise _gone()
    said = {"ResponseContentType": media_type or "application/octet-stream"}
    if name:
        said["ResponseContentDisposition"] = str(content_disposition_header(True, _short(name)))
    return HttpResponseRedirect(storage.url(key, parameters=said))


def _short(name: str) -> str:
    path = PurePath(name)
    return path.stem[:_LONGEST_STEM] + path.suffix[:10]


def _gone() -> Http404:
    return Http404("The storage does not hold this file.")
