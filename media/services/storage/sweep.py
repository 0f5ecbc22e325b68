"""Clearing away what nobody goes on with, and what no row ever knew."""

from datetime import datetime, timedelta

from media.adapters.s3_parts import S3Parts
from media.services import deliveries
from media.services.part_storage import part_storage
from media.services.storage import places
from media.services.storage.verify import strays

STRAY_AFTER = timedelta(days=1)
"""How long parts may be without an upload that knows them."""


def sweep(*, at: datetime) -> int:
    """Forget parts that no upload knows and files of licences handed out; how many there were."""
    count = 0
    for begun in strays(at - STRAY_AFTER):
        part_storage().abort(begun.key, begun.upload)
        count += 1
    return count + _sweep_bucket(at)


def _sweep_bucket(at: datetime) -> int:
    count = 0
    originals, renditions = places.bucket(places.ORIGINALS), places.bucket(places.RENDITIONS)
    if originals is not None:
        for file in originals.objects(deliveries.PREFIX):
            if file.at < at - deliveries.KEPT:
                originals.delete(file.key)
                count += 1
    if renditions is not None:
        # A long rendition goes up in parts too; what a killed worker left of one is not continued.
        parts = S3Parts(renditions)
        for begun in parts.under_way():
            if begun.at < at - STRAY_AFTER:
                parts.abort(begun.key, begun.upload)
                count += 1
    return count
