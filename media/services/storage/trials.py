"""What is tried of a bucket. Each trial answers what is wrong, or nothing."""

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

from media.adapters.bucket_setup import Answer, address, ask
from media.adapters.buckets import Bucket, Typed
from media.adapters.s3_parts import S3Parts
from media.rules.buckets import DIGEST_HEADER
from media.rules.parts import Part
from stockcoop.storages import FOR_EVER, LONGEST_ADDRESS_S

BODY = b"Written by a check of the storage; it may be deleted."
_ELSEWHERE = "https://elsewhere.invalid"


class Fault(Exception):
    """The site itself cannot use the bucket; the message says what happened."""


@contextmanager
def probe(bucket: Bucket) -> Iterator[str]:
    """The key of an object to try things with, there for as long as the block. Raises Fault."""
    key = f"check/{secrets.token_hex(8)}.txt"
    try:
        bucket.save(key, Typed(BODY, "text/plain"))
        with bucket.open(key) as file:
            if file.read() != BODY:
                raise Fault("what is read is not what was written")
    except Exception as error:
        raise Fault(f"{type(error).__name__}: {error}") from error
    try:
        yield key
    finally:
        bucket.delete(key)


def private(
    bucket: Bucket, key: str, origins: Sequence[str]
) -> Iterator[tuple[str, Callable[[], str]]]:
    """What should hold of the originals."""
    yield "nobody reads one without a signature", lambda: _refused(ask("GET", address(bucket, key)))
    yield from _closed(bucket)
    yield (
        f"a signed address works, and for {LONGEST_ADDRESS_S} seconds at most",
        lambda: _signed(bucket, key),
    )
    for origin in origins:
        yield f"pages of {origin} may send parts", lambda o=origin: _may_send(bucket, key, o)  # type: ignore[misc]
    yield "pages of other sites may not", lambda: _may_not_send(bucket, key)
    yield "a part is taken with the bytes that were announced only", lambda: _parts(bucket)


def public(
    bucket: Bucket, key: str, origins: Sequence[str]
) -> Iterator[tuple[str, Callable[[], str]]]:
    """What should hold of the renditions."""
    place = bucket.url("x").removesuffix("/x")
    yield f"anybody reads one below {place}, and keeps it", lambda: _shown(bucket, key)
    yield "a player gets the range that it asks for", lambda: _in_ranges(bucket, key)
    yield from _closed(bucket)


def _closed(bucket: Bucket) -> Iterator[tuple[str, Callable[[], str]]]:
    everything = address(bucket)
    yield "nobody lists them", lambda: _refused(ask("GET", f"{everything}?list-type=2"))
    yield "nobody lists what is under way", lambda: _refused(ask("GET", f"{everything}?uploads="))
    stranger = address(bucket, f"check/{secrets.token_hex(8)}")
    yield "nobody writes one without a signature", lambda: _refused(ask("PUT", stranger, body=BODY))


def _refused(answer: Answer) -> str:
    return "" if answer.status in {401, 403} else f"answered {answer.status}"


def _signed(bucket: Bucket, key: str) -> str:
    said = 'attachment; filename="check.txt"'
    url = bucket.url(key, parameters={"ResponseContentDisposition": said})
    answer = ask("GET", url)
    if (answer.status, answer.body) != (200, BODY):
        return f"answered {answer.status}"
    if answer.headers.get("content-disposition") != said:
        return "the name to save it under is lost"
    lasts = int(parse_qs(urlsplit(url).query)["X-Amz-Expires"][0])
    return "" if lasts <= LONGEST_ADDRESS_S else f"it lasts {lasts} seconds"


def _preflight(bucket: Bucket, key: str, origin: str) -> Answer:
    return ask(
        "OPTIONS",
        address(bucket, key),
        Origin=origin,
        Access_Control_Request_Method="PUT",
        Access_Control_Request_Headers=DIGEST_HEADER,
    )


def _may_send(bucket: Bucket, key: str, origin: str) -> str:
    answer = _preflight(bucket, key, origin)
    if answer.status >= 300 or answer.headers.get("access-control-allow-origin") != origin:
        return f"the browser's question was answered {answer.status}"
    if DIGEST_HEADER not in answer.headers.get("access-control-allow-headers", "").lower():
        return f"the header {DIGEST_HEADER} is not allowed"
    shown = ask("GET", bucket.url(key), Origin=origin).headers
    exposed = shown.get("access-control-expose-headers", "").lower()
    lost = [name for name in ("etag", DIGEST_HEADER) if name not in exposed]
    return f"{', '.join(lost)} is not exposed" if lost else ""


def _may_not_send(bucket: Bucket, key: str) -> str:
    allowed = _preflight(bucket, key, _ELSEWHERE).headers.get("access-control-allow-origin", "")
    return f"{allowed} is allowed" if allowed in {"*", _ELSEWHERE} else ""


def _parts(bucket: Bucket) -> str:
    parts, key = S3Parts(bucket), f"check/{secrets.token_hex(8)}"
    upload = parts.create(key)
    try:
        part = Part(1, len(BODY), sha256(BODY).hexdigest())
        signed = parts.sign_part(key, upload, part, lasts=timedelta(minutes=5))
        headers = {name.replace("-", "_"): value for name, value in signed.headers.items()}
        other = ask("PUT", signed.url, body=BODY[::-1], **headers)
        if other.status < 400 or parts.list_parts(key, upload):
            return f"other bytes were answered {other.status}"
        right = ask("PUT", signed.url, body=BODY, **headers)
        if right.status != 200 or parts.list_parts(key, upload) != [part]:
            return f"the right bytes were answered {right.status}"
        return ""
    finally:
        parts.abort(key, upload)


def _shown(bucket: Bucket, key: str) -> str:
    answer = ask("GET", bucket.url(key))
    if (answer.status, answer.body) != (200, BODY):
        return f"answered {answer.status}"
    kept = answer.headers.get("cache-control", "")
    return "" if kept == FOR_EVER else f"it is kept as {kept or 'nobody says'}"


def _in_ranges(bucket: Bucket, key: str) -> str:
    answer = ask("GET", bucket.url(key), Range="bytes=2-5")
    right = (answer.status, answer.body) == (206, BODY[2:6])
    return "" if right else f"answered {answer.status}"
