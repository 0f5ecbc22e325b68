"""A part on its way to a bucket, as a browser sends it."""

import http.client
from urllib.parse import urlsplit

from media.rules.parts import SignedPut


def put(signed: SignedPut, body: bytes, **changed: str) -> int:
    """PUT `body` with the headers that were signed, some `changed`; the status that comes back."""
    address = urlsplit(signed.url)
    connection = http.client.HTTPConnection(address.netloc, timeout=30)
    try:
        connection.request(
            "PUT", f"{address.path}?{address.query}", body, {**signed.headers, **changed}
        )
        return connection.getresponse().status
    finally:
        connection.close()
