"""Files on their way in: announced, sent in parts, put together, handed to ingest."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import PurePosixPath, PureWindowsPath
from typing import IO

from django.conf import settings
from django.db import IntegrityError, transaction
from procrastinate.contrib.django import app

from media.models import Upload, Work
from media.rules import metadata
from media.rules.figures import size_in_words
from media.rules.kinds import Kind
from media.rules.parts import (
    PART_BYTES,
    MissingParts,
    Part,
    SignedPut,
    UploadGone,
    fingerprint,
    split,
)
from media.rules.states import RELEASED, State
from media.services import originals
from media.services.part_storage import part_storage
from members.models import User
from stockcoop.kernel.errors import Refused

LEAVE = timedelta(hours=1)
"""How long the leave to send one part lasts."""

ABANDONED_AFTER = timedelta(days=7)
LONGEST_NAME = 255


class BadFile(Refused):
    """The file cannot be taken, whatever is in it."""

    status = 422


class TooLarge(Refused):
    """The file is longer than its kind may be."""

    status = 413


class AlreadyHere(Refused):
    """The same content has come before; `first` is the work it became."""

    def __init__(self, message: str, *, first: Work) -> None:
        super().__init__(message)
        self.first = first


class Incomplete(Refused):
    """Parts of the file have not arrived; `missing` are their numbers."""

    def __init__(self, message: str, *, missing: Sequence[int]) -> None:
        super().__init__(message)
        self.missing = list(missing)


class Ended(Refused):
    """The upload is not under way."""


def begin(
    *, owner: User, name: str, media_type: str, size: int, digests: Sequence[str], at: datetime
) -> Upload:
    """Announce a file of `size` bytes whose parts have `digests`, or go on with the same one.

    `media_type` is what the browser believes; it decides the size limit, ingest decides the kind.
    Raises BadFile, TooLarge, or AlreadyHere before a byte is sent.
    """
    name = _base_name(name)
    kind = Kind.VIDEO if media_type.startswith("video/") else Kind.PHOTO
    _check_size(name, kind, size)
    try:
        split(size, digests)
    except ValueError as error:
        raise BadFile(f"“{name}” was announced wrongly: {error}.") from None
    refuse_duplicate(fingerprint(digests), asker=owner)
    work = Work(owner=owner, original_name=name, kind=kind.value, bytes=size, created_at=at)
    return _begun(work, digests, at)


def take(*, owner: User, file: IO[bytes], name: str, media_type: str, at: datetime) -> Work:
    """Take in a whole file that lies open here, by the same steps as one sent in parts.

    Not one transaction but the same three: cut off in the middle, it is an upload under way.
    `file` is read twice from its start. Raises what `begin` and `finish` raise.
    """
    digests = [sha256(body).hexdigest() for body in _bodies(file)]
    upload = begin(
        owner=owner, name=name, media_type=media_type, size=file.tell(), digests=digests, at=at
    )
    there = set(arrived(upload=upload))
    for part, body in zip(upload.parts(), _bodies(file), strict=True):
        if part not in there:
            part_storage().put_part(upload.work.original_key, upload.token, part, BytesIO(body))
    return finish(upload=upload, at=at)


def refuse_duplicate(content: str, *, asker: User) -> None:
    """Raise AlreadyHere, in words fit for `asker`, if a work holds this fingerprint."""
    claim = Upload.objects.claiming(content).select_related("work__owner").first()
    if claim is None:
        return
    first = claim.work
    if first.owner_id == asker.pk:
        said = f"You have already sent this file: “{first}”."
    elif first.is_published:
        said = f"This is already in the collection: “{first}” by {first.owner}."
    else:
        said = "Another member has already sent this file."
    raise AlreadyHere(said, first=first)


@transaction.atomic
def sign_part(*, upload: Upload, number: int, at: datetime) -> SignedPut:
    """Leave to send part `number` straight to the storage. Raises Ended or BadFile."""
    touched = Upload.objects.open().filter(pk=upload.pk).update(touched_at=at)
    if not touched:
        raise Ended("This upload has ended.")
    part = next((part for part in upload.parts() if part.number == number), None)
    if part is None:
        raise BadFile(f"This file has no part {number}.")
    return part_storage().sign_part(upload.work.original_key, upload.token, part, lasts=LEAVE)


def arrived(*, upload: Upload) -> list[Part]:
    """The parts that need not be sent again. Raises Ended when the storage has forgotten it."""
    try:
        return part_storage().list_parts(upload.work.original_key, upload.token)
    except UploadGone:
        raise _forgotten() from None


def finish(*, upload: Upload, at: datetime) -> Work:
    """Put the file together and hand its work to ingest; a second call returns the same work.

    Raises Incomplete, Ended, or AlreadyHere when the same content was finished meanwhile; then
    this upload is forgotten.
    """
    try:
        return _finish(upload, at)
    except AlreadyHere:
        abort(upload=upload)
        raise


@transaction.atomic
def abort(*, upload: Upload) -> None:
    """Forget an upload that is under way, and its parts; one that has ended is left as it is."""
    going = Upload.objects.open().filter(pk=upload.pk).select_for_update(of=("self",)).first()
    if going is None:
        return
    part_storage().abort(upload.work.original_key, going.token)
    # Put together, perhaps, by a `finish` that did not live to say so.
    originals.give_up(upload.work.original_key)
    going.delete()
    Work.objects.filter(pk=upload.work_id, state=State.UPLOADING).delete()


def sweep(*, at: datetime) -> int:
    """Forget uploads to which nothing was sent for a week; how many there were."""
    abandoned = Upload.objects.abandoned(at - ABANDONED_AFTER).select_related("work")
    count = 0
    for upload in abandoned.iterator():
        abort(upload=upload)
        count += 1
    return count


@transaction.atomic
def _begun(work: Work, digests: Sequence[str], at: datetime) -> Upload:
    # One announcement of a person at a time, so that a double click finds the first.
    User.objects.select_for_update(no_key=True).get(pk=work.owner_id)
    content = fingerprint(digests)
    going = Upload.objects.open().owned_by(work.owner).filter(fingerprint=content).first()
    if going is not None and _still_kept(going):
        return going
    if going is not None:
        abort(upload=going)
    work.original_key = f"{work.uuid}/{content}"
    work.save()
    return Upload.objects.create(
        work=work,
        owner=work.owner,
        fingerprint=content,
        digests=list(digests),
        token=part_storage().create(work.original_key),
        begun_at=at,
        touched_at=at,
    )


@transaction.atomic
def _finish(upload: Upload, at: datetime) -> Work:
    # The lock lets a second finish wait for the first, and then find it done.
    going = Upload.objects.filter(pk=upload.pk).select_for_update(of=("self",)).first()
    if going is None:
        raise Ended("This upload was cancelled.")
    work = Work.objects.get(pk=going.work_id)
    if going.finished_at is not None:
        return work
    _claim(going, at)
    try:
        part_storage().complete(work.original_key, going.token, going.parts())
    except MissingParts as error:
        raise Incomplete(
            f"Not all of “{work.original_name}” has arrived.", missing=error.numbers
        ) from None
    except UploadGone:
        raise _forgotten() from None
    Work.objects.filter(pk=work.pk).move(State.UPLOADING, State.INGESTING)
    app.configure_task("media.ingest", queue="media", queueing_lock=f"ingest:{work.pk}").defer(
        work_id=work.pk
    )
    work.refresh_from_db()
    return work


def _claim(going: Upload, at: datetime) -> None:
    """Let `going` hold its content; works that were refused or withdrawn give it up."""
    released = Upload.objects.filter(fingerprint=going.fingerprint, work__state__in=RELEASED)
    released.exclude(finished_at=None).delete()
    going.finished_at = at
    try:
        with transaction.atomic():
            going.save(update_fields=["finished_at"])
    except IntegrityError:
        refuse_duplicate(going.fingerprint, asker=going.owner)
        raise


def _still_kept(upload: Upload) -> bool:
    try:
        arrived(upload=upload)
    except Ended:
        return False
    return True


def _bodies(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while body := file.read(PART_BYTES):
        yield body


def _forgotten() -> Ended:
    return Ended("This upload lay too long and was cleared away. Please send the file again.")


def _check_size(name: str, kind: Kind, size: int) -> None:
    if size <= 0:
        raise BadFile(f"“{name}” is empty.")
    longest = settings.MAX_VIDEO_BYTES if kind is Kind.VIDEO else settings.MAX_PHOTO_BYTES
    if size > longest:
        what = "Clips" if kind is Kind.VIDEO else "Photographs"
        raise TooLarge(
            f"“{name}” has {size_in_words(size)}. {what} may have {size_in_words(longest)} at most."
        )


def _base_name(name: str) -> str:
    """The last part of a name that may come from any system, fit to be shown."""
    base = PureWindowsPath(PurePosixPath(name).name).name
    cleaned = metadata.line(base, LONGEST_NAME)
    if not cleaned:
        raise BadFile("A file needs a name.")
    return cleaned
