"""Trying what the storages let the site, its visitors and strangers do."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from tempfile import TemporaryFile

from django.conf import settings

from media.adapters.buckets import Bucket
from media.services.storage import places, trials

Trial = tuple[str, Callable[[], str]]
"""What should hold, and what tries it: it answers what is wrong, or nothing."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that should hold; `fault` says what is found instead, empty when it holds."""

    said: str
    fault: str = ""


def check(*, origins: Sequence[str]) -> Iterator[Line]:
    """Try everything that should hold of the storages, as the site and as a stranger.

    `origins` are the site's own. Files written for it are taken away again.
    """
    for alias in places.BOTH:
        bucket = places.bucket(alias)
        if bucket is None:
            for trial in _of_folder(alias):
                yield _tried(alias, trial)
        else:
            yield from _of_bucket(alias, bucket, origins)


def _of_bucket(alias: str, bucket: Bucket, origins: Sequence[str]) -> Iterator[Line]:
    of = trials.private if alias == places.ORIGINALS else trials.public
    try:
        with trials.probe(bucket) as key:
            yield Line(f"{alias}: the site writes to and reads from {bucket.bucket_name}")
            for trial in of(bucket, key, origins):
                yield _tried(alias, trial)
    except trials.Fault as fault:
        yield Line(f"{alias}: the site writes to and reads from {bucket.bucket_name}", str(fault))


def _of_folder(alias: str) -> Iterator[Trial]:
    yield f"the site writes to the folder {places.folder(alias)}", lambda: _written(alias)
    if alias == places.ORIGINALS:
        yield "nothing that is served to everybody lies in the same folder", _apart
    else:
        yield "the site itself serves them, those only that a rendition names", lambda: ""


def _written(alias: str) -> str:
    with TemporaryFile(dir=places.folder(alias)) as file:
        file.write(b"check")
    return ""


def _apart() -> str:
    kept = places.folder(places.ORIGINALS).resolve()
    shown = [places.folder(places.RENDITIONS).resolve(), settings.STATIC_ROOT.resolve()]
    inside = [str(path) for path in shown if path in (kept, *kept.parents)]
    return f"{kept} lies in {', '.join(inside)}" if inside else ""


def _tried(alias: str, trial: Trial) -> Line:
    said, attempt = trial
    try:
        return Line(f"{alias}: {said}", attempt())
    except Exception as error:
        # Whatever goes wrong is what the check is there to say.
        return Line(f"{alias}: {said}", f"{type(error).__name__}: {error}")
