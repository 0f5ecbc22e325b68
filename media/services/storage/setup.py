"""Making the storages what the site needs; may be done again at any time."""

from collections.abc import Iterator, Sequence

from media.adapters import bucket_setup
from media.adapters.buckets import Bucket
from media.services.storage import places


def setup(*, origins: Sequence[str]) -> Iterator[str]:
    """Make what is missing and set who may do what; a sentence for each thing done.

    `origins` are the site's own, as in `https://photos.example`: browsers send from them alone.
    """
    for alias in places.BOTH:
        bucket = places.bucket(alias)
        if bucket is None:
            folder = places.folder(alias)
            folder.mkdir(parents=True, exist_ok=True)
            yield f"{alias}: the folder {folder} is there."
        else:
            yield from _setup(alias, bucket, origins)


def _setup(alias: str, bucket: Bucket, origins: Sequence[str]) -> Iterator[str]:
    made = bucket_setup.create(bucket)
    yield f"{alias}: the bucket {bucket.bucket_name} {'was made' if made else 'is there'}."
    private = alias == places.ORIGINALS
    if not bucket_setup.block_public_access(bucket, policies=private):
        yield f"{alias}: this server has no block against public access; the policy decides alone."
    if private:
        removed = bucket_setup.let_nobody_read(bucket)
        yield f"{alias}: {'a public policy was taken away' if removed else 'nothing is public'}."
    else:
        bucket_setup.let_anybody_read(bucket)
        yield f"{alias}: anybody may read an object whose address they know, and nothing else."
    bucket_setup.set_cors(bucket, origins=origins, methods=["PUT", "GET"] if private else ["GET"])
    yield f"{alias}: browsers may ask from {', '.join(origins)}."
