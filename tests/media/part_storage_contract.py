"""What every PartStorage does; a subclass brings the storage and the way its parts are sent."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from time import sleep

import pytest

from media.rules.parts import (
    PART_BYTES,
    BadBody,
    MissingParts,
    Part,
    PartStorage,
    SignedPut,
    UploadGone,
    split,
)

KEY = "0b0c/original"
WHOLE = bytes(range(256)) * (PART_BYTES // 256) + b"the last part is short"
BODIES = [WHOLE[:PART_BYTES], WHOLE[PART_BYTES:]]
PARTS = split(len(WHOLE), [sha256(body).hexdigest() for body in BODIES])
AN_HOUR = timedelta(hours=1)


class PartStorageContract:
    """Subclass as `Test…`; `storage` is a fixture, the two methods reach what it stored."""

    def put(self, signed: SignedPut, body: bytes, **changed: str) -> int:
        """Send `body` as a browser would, headers `changed`; the status that comes back."""
        raise NotImplementedError

    def read(self, key: str) -> bytes | None:
        """The object under `key`, None where there is none."""
        raise NotImplementedError

    def send(self, storage: PartStorage, upload: str, part: Part) -> int:
        signed = storage.sign_part(KEY, upload, part, lasts=AN_HOUR)
        return self.put(signed, BODIES[part.number - 1])

    def test_puts_parts_together_that_came_in_any_order(self, storage: PartStorage) -> None:
        upload = storage.create(KEY)
        assert [self.send(storage, upload, part) for part in reversed(PARTS)] == [200, 200]
        storage.complete(KEY, upload, PARTS)
        assert self.read(KEY) == WHOLE

    def test_lists_what_arrived_by_number(self, storage: PartStorage) -> None:
        upload = storage.create(KEY)
        assert storage.list_parts(KEY, upload) == []
        self.send(storage, upload, PARTS[1])
        assert storage.list_parts(KEY, upload) == [PARTS[1]]
        self.send(storage, upload, PARTS[0])
        assert storage.list_parts(KEY, upload) == PARTS

    def test_takes_the_same_part_twice(self, storage: PartStorage) -> None:
        upload = storage.create(KEY)
        for part in (PARTS[0], PARTS[1], PARTS[0]):
            assert self.send(storage, upload, part) == 200
        storage.complete(KEY, upload, PARTS)
        assert self.read(KEY) == WHOLE

    def test_takes_parts_from_the_program_itself(self, storage: PartStorage) -> None:
        upload = storage.create(KEY)
        for part, body in zip(PARTS, BODIES, strict=True):
            storage.put_part(KEY, upload, part, BytesIO(body))
        storage.complete(KEY, upload, PARTS)
        assert self.read(KEY) == WHOLE

    def test_refuses_other_bytes_from_the_program_too(self, storage: PartStorage) -> None:
        upload = storage.create(KEY)
        with pytest.raises(BadBody):
            storage.put_part(KEY, upload, PARTS[1], BytesIO(BODIES[1][::-1]))
        assert storage.list_parts(KEY, upload) == []
        with pytest.raises(UploadGone):
            storage.put_part(KEY, "00" * 16, PARTS[1], BytesIO(BODIES[1]))

    def test_keeps_two_uploads_apart(self, storage: PartStorage) -> None:
        first, second = storage.create(KEY), storage.create(KEY)
        self.send(storage, first, PARTS[0])
        assert first != second
        assert storage.list_parts(KEY, second) == []

    def test_names_the_parts_it_misses_and_goes_on_afterwards(self, storage: PartStorage) -> None:
        upload = storage.create(KEY)
        self.send(storage, upload, PARTS[1])
        with pytest.raises(MissingParts) as caught:
            storage.complete(KEY, upload, PARTS)
        assert caught.value.numbers == (1,)
        assert self.read(KEY) is None
        self.send(storage, upload, PARTS[0])
        storage.complete(KEY, upload, PARTS)
        assert self.read(KEY) == WHOLE

    def test_completing_twice_is_completing_once(self, storage: PartStorage) -> None:
        upload = storage.create(KEY)
        for part in PARTS:
            self.send(storage, upload, part)
        storage.complete(KEY, upload, PARTS)
        storage.complete(KEY, upload, PARTS)
        assert self.read(KEY) == WHOLE

    def test_an_aborted_upload_is_gone_and_stays_gone(self, storage: PartStorage) -> None:
        upload = storage.create(KEY)
        self.send(storage, upload, PARTS[0])
        signed = storage.sign_part(KEY, upload, PARTS[1], lasts=AN_HOUR)
        storage.abort(KEY, upload)
        storage.abort(KEY, upload)
        with pytest.raises(UploadGone):
            storage.list_parts(KEY, upload)
        with pytest.raises(UploadGone):
            storage.complete(KEY, upload, PARTS)
        assert self.put(signed, BODIES[1]) in {403, 404}

    def test_aborting_leaves_a_completed_file_alone(self, storage: PartStorage) -> None:
        upload = storage.create(KEY)
        for part in PARTS:
            self.send(storage, upload, part)
        storage.complete(KEY, upload, PARTS)
        storage.abort(KEY, upload)
        assert self.read(KEY) == WHOLE

    def test_refuses_other_bytes_of_the_same_length(self, storage: PartStorage) -> None:
        upload = storage.create(KEY)
        signed = storage.sign_part(KEY, upload, PARTS[1], lasts=AN_HOUR)
        assert self.put(signed, BODIES[1][::-1]) == 400
        assert storage.list_parts(KEY, upload) == []

    @pytest.mark.parametrize("body", [b"", b"short", BODIES[1] + b"and more"])
    def test_refuses_another_length(self, storage: PartStorage, body: bytes) -> None:
        upload = storage.create(KEY)
        signed = storage.sign_part(KEY, upload, PARTS[1], lasts=AN_HOUR)
        assert self.put(signed, body) in {400, 403}
        assert storage.list_parts(KEY, upload) == []

    def test_refuses_a_digest_that_was_not_signed(self, storage: PartStorage) -> None:
        upload = storage.create(KEY)
        signed = storage.sign_part(KEY, upload, PARTS[1], lasts=AN_HOUR)
        other = storage.sign_part(KEY, upload, PARTS[0], lasts=AN_HOUR)
        (header,) = signed.headers
        assert self.put(signed, BODIES[1], **{header: other.headers[header]}) in {400, 403}
        assert self.put(signed, BODIES[1], **{header: ""}) in {400, 403}
        assert storage.list_parts(KEY, upload) == []

    def test_refuses_a_forged_address(self, storage: PartStorage) -> None:
        upload = storage.create(KEY)
        signed = storage.sign_part(KEY, upload, PARTS[1], lasts=AN_HOUR)
        forged = SignedPut(signed.url[:-4] + "AAAA", signed.headers)
        assert self.put(forged, BODIES[1]) == 403

    def test_refuses_an_address_that_has_expired(self, storage: PartStorage) -> None:
        upload = storage.create(KEY)
        signed = storage.sign_part(KEY, upload, PARTS[1], lasts=timedelta(seconds=1))
        sleep(2.1)
        assert self.put(signed, BODIES[1]) == 403

    def test_names_what_is_under_way_and_nothing_that_has_ended(self, storage: PartStorage) -> None:
        going, aborted, completed = (storage.create(KEY) for _ in range(3))
        storage.abort(KEY, aborted)
        for part, body in zip(PARTS, BODIES, strict=True):
            storage.put_part(KEY, completed, part, BytesIO(body))
        storage.complete(KEY, completed, PARTS)
        (begun,) = storage.under_way()
        assert (begun.key, begun.upload) == (KEY, going)
        assert abs(begun.at - datetime.now(UTC)) < timedelta(minutes=1)
