"""The part protocol: its rules, and the local disk held to the contract."""

import os
from hashlib import sha256
from pathlib import Path

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from media.adapters.local_parts import local_parts
from media.rules.parts import (
    MOST_PARTS,
    PART_BYTES,
    PartStorage,
    SignedPut,
    fingerprint,
    part_count,
    split,
)
from tests.media.part_storage_contract import AN_HOUR, BODIES, KEY, PARTS, PartStorageContract

DIGEST = sha256(b"part").hexdigest()


class TestLocalParts(PartStorageContract):
    @pytest.fixture
    def storage(self, tmp_path: Path) -> PartStorage:
        return local_parts()

    @pytest.fixture(autouse=True)
    def _root(self, tmp_path: Path) -> None:
        self.root = tmp_path / "originals"

    def put(self, signed: SignedPut, body: bytes, **changed: str) -> int:
        headers = {**signed.headers, **changed}
        return (
            Client()
            .put(signed.url, body, content_type="application/octet-stream", headers=headers)
            .status_code
        )

    def read(self, key: str) -> bytes | None:
        path = self.root / key
        return path.read_bytes() if path.exists() else None

    def test_answers_the_etag_of_a_part(self, storage: PartStorage) -> None:
        signed = storage.sign_part(KEY, storage.create(KEY), PARTS[1], lasts=AN_HOUR)
        answer = Client().put(signed.url, BODIES[1], headers=signed.headers)
        assert answer.headers["ETag"] == f'"{PARTS[1].sha256}"'

    def test_leaves_nothing_but_the_file_when_done(self, storage: PartStorage) -> None:
        upload = storage.create(KEY)
        for part in PARTS:
            self.send(storage, upload, part)
        storage.complete(KEY, upload, PARTS)
        assert [p for p in self.root.rglob("*") if p.is_file()] == [self.root / KEY]

    def test_goes_on_when_it_was_killed_between_renaming_and_tidying(
        self, storage: PartStorage
    ) -> None:
        upload = storage.create(KEY)
        for part in PARTS:
            self.send(storage, upload, part)
        (self.root / KEY).parent.mkdir(parents=True)
        os.rename(self.root / ".parts" / upload / "data", self.root / KEY)
        storage.complete(KEY, upload, PARTS)
        assert self.read(KEY) is not None

    @pytest.mark.parametrize("method", ["get", "post", "delete"])
    def test_the_bucket_only_takes(self, storage: PartStorage, method: str) -> None:
        assert getattr(Client(), method)("/parts/x").status_code == 405


class TestSplit:
    def test_makes_all_parts_but_the_last_equally_long(self) -> None:
        parts = split(2 * PART_BYTES + 5, [DIGEST] * 3)
        assert [(p.number, p.bytes) for p in parts] == [(1, PART_BYTES), (2, PART_BYTES), (3, 5)]

    def test_makes_no_empty_part_when_the_length_fits(self) -> None:
        assert [p.bytes for p in split(2 * PART_BYTES, [DIGEST] * 2)] == [PART_BYTES] * 2

    @pytest.mark.parametrize(
        ("total", "digests"),
        [
            (0, []),
            (-1, []),
            (1, []),
            (1, [DIGEST, DIGEST]),
            (1, [DIGEST.upper()]),
            (1, [DIGEST + "0"]),
            (1, ["../../../etc/passwd"]),
            ((MOST_PARTS + 1) * PART_BYTES, [DIGEST] * (MOST_PARTS + 1)),
        ],
    )
    def test_refuses_what_does_not_fit(self, total: int, digests: list[str]) -> None:
        with pytest.raises(ValueError, match=r"parts|digest"):
            split(total, digests)

    @given(st.integers(1, 100 * PART_BYTES))
    def test_parts_sum_to_the_whole(self, total: int) -> None:
        parts = split(total, [DIGEST] * part_count(total))
        assert sum(part.bytes for part in parts) == total
        assert all(0 < part.bytes <= PART_BYTES for part in parts)


class TestFingerprint:
    def test_is_the_digest_of_the_digests(self) -> None:
        expected = sha256(bytes.fromhex(DIGEST) * 2).hexdigest()
        assert fingerprint([DIGEST, DIGEST]) == expected

    def test_tells_orders_apart(self) -> None:
        other = sha256(b"other").hexdigest()
        assert fingerprint([DIGEST, other]) != fingerprint([other, DIGEST])
