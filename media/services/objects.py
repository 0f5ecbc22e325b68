"""The files that works and renditions name."""

from collections.abc import Iterator

from media.models import Encoding, Rendition, Work
from media.rules.encodings import Stage
from media.rules.recipes import MEDIA_TYPES
from media.rules.states import State
from stockcoop.kernel.objects import StoredObject

_WITHOUT_FILE = (State.UPLOADING, State.REFUSED)


def named() -> Iterator[StoredObject]:
    """Originals that have arrived, also those of withdrawn works, encodings and renditions."""
    arrived = Work.objects.exclude(state__in=_WITHOUT_FILE).exclude(original_key="").order_by("pk")
    for facts in arrived.values_list("original_key", "sha256", "media_type").iterator():
        yield StoredObject("originals", *facts)
    encoded = Encoding.objects.filter(stage=Stage.MADE).order_by("pk")
    for encoding_key, sha256 in encoded.values_list("key", "sha256").iterator():
        yield StoredObject("originals", encoding_key, sha256, "video/mp4")
    made = Rendition.objects.order_by("pk").values_list("key", "format")
    for key, format in made.iterator():
        yield StoredObject("renditions", key, media_type=MEDIA_TYPES[format])
