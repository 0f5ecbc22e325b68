"""S3 held to the contract of part storages, with the real server and requests as a browser's."""

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from media.adapters.s3_parts import S3Parts
from media.rules.parts import PartStorage, SignedPut, StorageDown, UploadGone
from media.services.part_storage import part_storage
from tests import buckets
from tests.faults import faulty
from tests.media.part_storage_contract import (
    AN_HOUR,
    BODIES,
    KEY,
    PARTS,
    WHOLE,
    PartStorageContract,
)
from tests.media.sending_parts import put


class TestS3Parts(PartStorageContract):
    @pytest.fixture
    def storage(self, settings: Any) -> Iterator[PartStorage]:
        with buckets.buckets(settings) as self.server:
            yield part_storage()

    def put(self, signed: SignedPut, body: bytes, **changed: str) -> int:
        return put(signed, body, **changed)

    def read(self, key: str) -> bytes | None:
        body = BytesIO()
        try:
            buckets.of("originals").download(key, body)
        except FileNotFoundError:
            return None
        return body.getvalue()

    def test_is_what_a_site_with_buckets_uses(self, storage: PartStorage) -> None:
        assert isinstance(storage, S3Parts)

    def test_keeps_the_digest_of_the_whole(self, storage: PartStorage) -> None:
        upload = storage.create(KEY)
        for part in PARTS:
            self.send(storage, upload, part)
        storage.complete(KEY, upload, PARTS)
        bucket = buckets.of("originals")
        known = bucket.client.head_object(
            Bucket=bucket.bucket_name, Key=KEY, ChecksumMode="ENABLED"
        )
        assert known["ChecksumSHA256"].endswith("-2")

    def test_does_not_take_another_object_for_a_completed_one(self, storage: PartStorage) -> None:
        upload = storage.create(KEY)
        storage.abort(KEY, upload)
        bucket = buckets.of("originals")
        bucket.client.put_object(Bucket=bucket.bucket_name, Key=KEY, Body=b"something else")
        with pytest.raises(UploadGone):
            storage.complete(KEY, upload, PARTS)

    def test_signs_length_and_digest_so_that_nothing_else_is_even_read(
        self, storage: PartStorage
    ) -> None:
        signed = storage.sign_part(KEY, storage.create(KEY), PARTS[1], lasts=AN_HOUR)
        (names,) = parse_qs(urlsplit(signed.url).query)["X-Amz-SignedHeaders"]
        assert names.split(";") == ["content-length", "host", "x-amz-checksum-sha256"]

    def test_says_so_when_the_server_is_gone(self, settings: Any) -> None:
        buckets.use(settings, buckets.s3(endpoint="http://127.0.0.1:9"))
        with pytest.raises(StorageDown, match="try again"):
            part_storage().create(KEY)

    def test_understands_an_answer_that_breaks_off_by_its_status(
        self, storage: PartStorage, settings: Any
    ) -> None:
        server = self.server
        with faulty(server.endpoint, cut=1.0) as endpoint:
            buckets.use(settings, replace(server, endpoint=endpoint))
            part_storage().abort(KEY, "00" * 16)
            with pytest.raises(UploadGone):
                part_storage().list_parts(KEY, "00" * 16)
        buckets.use(settings, server)

    @pytest.mark.parametrize("fault", ["before", "after", "cut"])
    def test_gets_there_although_every_third_request_fails(
        self, storage: PartStorage, settings: Any, fault: str
    ) -> None:
        server = self.server
        with faulty(server.endpoint, seed=4, **{fault: 0.3}) as endpoint:
            buckets.use(settings, replace(server, endpoint=endpoint))
            failing = part_storage()
            upload = failing.create(KEY)
            for part, body in zip(PARTS, BODIES, strict=True):
                failing.put_part(KEY, upload, part, BytesIO(body))
            failing.complete(KEY, upload, PARTS)
            failing.complete(KEY, upload, PARTS)
        buckets.use(settings, server)
        assert self.read(KEY) == WHOLE
