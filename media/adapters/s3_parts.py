"""The part protocol on S3: multipart uploads whose parts each carry a SHA-256.

The browser works out a part's digest first and it is signed into the address, with the length:
so the server takes that content under that address and no other.
"""

import base64
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256
from typing import IO, Any

from botocore.exceptions import ClientError

from media.adapters.buckets import Bucket, answering, code_of, status_of
from media.rules.buckets import DIGEST_HEADER, said_digest
from media.rules.parts import (
    BadBody,
    Begun,
    MissingParts,
    Part,
    SignedPut,
    UploadGone,
    fingerprint,
)

_GONE = {"NoSuchUpload", "404"}


class S3Parts:
    """PartStorage in the bucket of the originals."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket

    def create(self, key: str) -> str:
        answer = self._ask("create_multipart_upload", Key=key, ChecksumAlgorithm="SHA256")
        return str(answer["UploadId"])

    def sign_part(self, key: str, upload: str, part: Part, *, lasts: timedelta) -> SignedPut:
        digest = said_digest(part.sha256)
        url = self._bucket.client.generate_presigned_url(
            "upload_part",
            Params={
                "Bucket": self._bucket.bucket_name,
                "Key": key,
                "UploadId": upload,
                "PartNumber": part.number,
                "ContentLength": part.bytes,
                "ChecksumSHA256": digest,
            },
            ExpiresIn=int(lasts.total_seconds()),
        )
        return SignedPut(url=url, headers={DIGEST_HEADER: digest})

    def put_part(self, key: str, upload: str, part: Part, body: IO[bytes]) -> None:
        data = body.read()
        if len(data) != part.bytes or sha256(data).hexdigest() != part.sha256:
            raise BadBody(f"Part {part.number} is not what was announced.")
        self._ask_about(
            upload,
            "upload_part",
            Key=key,
            PartNumber=part.number,
            Body=data,
            ChecksumSHA256=said_digest(part.sha256),
        )

    def list_parts(self, key: str, upload: str) -> list[Part]:
        return [part for part, _ in self._arrived(key, upload)]

    def complete(self, key: str, upload: str, parts: Sequence[Part]) -> None:
        try:
            tags = dict(self._arrived(key, upload))
            missing = [part.number for part in parts if part not in tags]
            if missing:
                raise MissingParts(missing)
            named = [
                {
                    "PartNumber": part.number,
                    "ETag": tags[part],
                    "ChecksumSHA256": said_digest(part.sha256),
                }
                for part in parts
            ]
            self._ask_about(
                upload, "complete_multipart_upload", Key=key, MultipartUpload={"Parts": named}
            )
        except UploadGone:
            # An answer may have been lost; then it is done.
            if not self._is_whole(key, parts):
                raise

    def abort(self, key: str, upload: str) -> None:
        try:
            self._ask_about(upload, "abort_multipart_upload", Key=key)
        except UploadGone:
            return

    def under_way(self) -> Iterator[Begun]:
        pages = self._bucket.client.get_paginator("list_multipart_uploads").paginate(
            Bucket=self._bucket.bucket_name
        )
        with answering():
            for page in pages:
                for row in page.get("Uploads", ()):
                    yield Begun(row["Key"], row["UploadId"], row["Initiated"])

    def _arrived(self, key: str, upload: str) -> Iterator[tuple[Part, str]]:
        """The parts by number, each with the tag that S3 gave it."""
        pages = self._bucket.client.get_paginator("list_parts").paginate(
            Bucket=self._bucket.bucket_name, Key=key, UploadId=upload
        )
        with _naming(upload), answering():
            for page in pages:
                for row in page.get("Parts", ()):
                    digest = base64.b64decode(row.get("ChecksumSHA256", "")).hex()
                    yield Part(row["PartNumber"], row["Size"], digest), row["ETag"]

    def _is_whole(self, key: str, parts: Sequence[Part]) -> bool:
        """Whether the object under `key` is what `parts` make."""
        try:
            known = self._ask("head_object", Key=key, ChecksumMode="ENABLED")
        except ClientError as error:
            if status_of(error) != 404:
                raise
            return False
        whole = said_digest(fingerprint([part.sha256 for part in parts]))
        digest = str(known.get("ChecksumSHA256", whole)).split("-")[0]
        return digest == whole and known["ContentLength"] == sum(part.bytes for part in parts)

    def _ask_about(self, upload: str, operation: str, **said: Any) -> Any:
        with _naming(upload):
            return self._ask(operation, UploadId=upload, **said)

    def _ask(self, operation: str, **said: Any) -> Any:
        with answering():
            return getattr(self._bucket.client, operation)(Bucket=self._bucket.bucket_name, **said)


@contextmanager
def _naming(upload: str) -> Iterator[None]:
    """Turns S3's word for an upload that it does not know into UploadGone."""
    try:
        yield
    except ClientError as error:
        # An answer that broke off after its head says no more than its status.
        if code_of(error) not in _GONE:
            raise
        raise UploadGone(upload) from None
