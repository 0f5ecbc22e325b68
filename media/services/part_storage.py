"""Where parts of files go: to the bucket of the originals, or to their folder."""

from django.core.files.storage import storages

from media.adapters.buckets import Bucket
from media.adapters.local_parts import local_parts
from media.adapters.s3_parts import S3Parts
from media.rules.parts import PartStorage


def part_storage() -> PartStorage:
    """The parts that belong to the storage of the originals, whichever that is."""
    originals = storages["originals"]
    return S3Parts(originals) if isinstance(originals, Bucket) else local_parts()
