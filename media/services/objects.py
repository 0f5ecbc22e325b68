"""The files that works and renditions name."""

from collections.abc import Iterator

from media.models import Rendition, Work
from media.rules.states import State
from stockcoop.kernel.objects import StoredObject

_WITHOUT_FILE = (State.UPLOADING, State.REFUSED)


def named() -> Iterator[StoredObject]:
    """Originals that have arrived, also those of withdrawn works, and renditions."""
    arrived = Work.objects.exclude(state__in=_WITHOUT_FILE).exclude(original_key="").order_by("pk")
    for key, sha256 in arrived.values_list("original_key", "sha256").iterator():
        yield StoredObject("originals", key, sha256)
    for key in Rendition.objects.order_by("pk").values_list("key", flat=True).iterator():
        yield StoredObject("renditions", key)
