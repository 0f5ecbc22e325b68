"""Sizes made on request: of published works, marked, at signed addresses, each made once."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from django.conf import settings
from django.core.files.storage import storages
from django.core.signing import BadSignature, Signer
from django.db import OperationalError, connection, transaction
from django.urls import reverse
from django.utils.crypto import salted_hmac
from psycopg.errors import LockNotAvailable

from media.models import Allowance, Rendition, Work
from media.rules import sizes
from media.rules.formats import Unfit
from media.rules.sizes import Source
from media.services import darkroom, renditions
from media.services.darkroom import Print
from stockcoop.kernel.errors import Refused

_SLOTS = 0x512E5  # of our advisory locks; the second number says which slot
_PATIENCE = "3s"
_KEPT = timedelta(hours=1)


class NotSigned(Refused):
    """The address was not handed out by us, or was altered."""

    status = 404


class NotToBeHad(Refused):
    """There is no such picture, or none any more."""

    status = 404


class Later(Refused):
    """Asked again after `seconds` it may be had."""

    status = 503

    def __init__(self, message: str, *, seconds: int, status: int = 503) -> None:
        super().__init__(message, status=status)
        self.seconds = seconds


@dataclass(frozen=True)
class Asked:
    """One address as somebody called it; `expires` in seconds since 1970."""

    uuid: UUID
    width: int
    extension: str
    expires: int
    signature: str

    @property
    def signed(self) -> str:
        return f"{self.uuid}/{self.width}.{self.extension}?{self.expires}"


def address(*, work: Work, width: int, extension: str, at: datetime, lasting: timedelta) -> str:
    """The signed path of a size, good until the end of the day that is `lasting` from `at`."""
    end = datetime.combine((at + lasting).astimezone(UTC).date(), time.max, UTC)
    asked = Asked(work.uuid, width, extension, int(end.timestamp()), "")
    path = reverse("media:size", args=[work.uuid, width, extension])
    return f"{path}?expires={asked.expires}&signature={_signer().signature(asked.signed)}"


def widest(*, work: Work, most: int) -> int:
    """The widest size that `work` can be asked for up to `most` pixels; 0 if there is none."""
    return sizes.widest(max((r.width for r in _standing(work)), default=0), most=most)


def get(*, asked: Asked, client: str, at: datetime) -> Rendition:
    """The picture of a signed address, made now if nobody asked for it before.

    `client` is who counts for the limit of makings a minute. Raises NotSigned, NotToBeHad, Later.
    """
    _check(asked, at)
    work = Work.objects.published().filter(uuid=asked.uuid).first()
    if work is None:
        raise NotToBeHad("This work is not offered any more.", status=410)
    made = _made_before(work, asked)
    if made is not None:
        return made
    _count(client, at)
    try:
        return _make(work, asked)
    except OperationalError as error:
        if not isinstance(error.__cause__, LockNotAvailable):
            raise
        raise Later("Many pictures are being made just now.", seconds=2) from None
    except (Unfit, darkroom.Fault, FileNotFoundError) as error:
        raise Later("This picture cannot be made right now.", seconds=60) from error


def sweep(*, at: datetime) -> None:
    """Forget what clients asked for a while ago."""
    Allowance.objects.filter(minute__lt=at - _KEPT).delete()


def _check(asked: Asked, at: datetime) -> None:
    try:
        _signer().unsign(f"{asked.signed}:{asked.signature}")
    except BadSignature:
        raise NotSigned("This address is not one of ours.") from None
    if asked.expires < at.timestamp():
        raise NotToBeHad("This address has expired: copy it anew from the work's page.", status=410)
    if not sizes.is_offered(asked.width) or asked.extension not in sizes.FORMATS:
        raise NotToBeHad("There is no such size.")


def _signer() -> Signer:
    return Signer(salt="media.sizes")


def _count(client: str, at: datetime) -> None:
    name = salted_hmac("media.sizes.client", client, algorithm="sha256").hexdigest()
    minute = at.replace(second=0, microsecond=0)
    if Allowance.objects.use(name, minute) > settings.SIZES_PER_MINUTE:
        left = minute + timedelta(minutes=1) - at
        raise Later(
            "You have asked for many sizes at once. Please wait a moment.",
            seconds=max(1, int(left.total_seconds()) + 1),
            status=429,
        )


def _made_before(work: Work, asked: Asked) -> Rendition | None:
    format = sizes.FORMATS[asked.extension]
    return work.renditions.filter(recipe=sizes.recipe(asked.width), format=format).first()


@transaction.atomic
def _make(work: Work, asked: Asked) -> Rendition:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{_PATIENCE}'")
    # Whoever else asks for a size of this work waits here, and finds it made; a withdrawal waits
    # too, and takes it away with the others.
    locked = Work.objects.select_for_update(of=("self",), no_key=True).published()
    if not locked.filter(pk=work.pk).exists():
        raise NotToBeHad("This work is not offered any more.", status=410)
    made = _made_before(work, asked)
    if made is not None:
        return made
    with _slot(work), TemporaryDirectory(prefix="size-") as folder:
        [made] = renditions.store(work=work, prints=[_printed(work, asked, Path(folder))])
    made.save()
    return made


@contextmanager
def _slot(work: Work) -> Iterator[None]:
    """Held until the transaction ends by as many makings at once as the settings allow."""
    with connection.cursor() as cursor:
        slot = work.pk % settings.SIZES_AT_ONCE
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_SLOTS, slot])
    yield


def _printed(work: Work, asked: Asked, folder: Path) -> Print:
    standing = [Source(r.key, r.width, r.format) for r in _standing(work)]
    source = sizes.source_for(asked.width, standing)
    if source is None:
        raise NotToBeHad("This picture is not as wide as that.")
    original, target = folder / "source", folder / "target"
    with storages["renditions"].open(source.key) as file:
        original.write_bytes(file.read())
    format = sizes.FORMATS[asked.extension]
    width, height = darkroom.scale(original, target, asked.width, format)
    return Print(target, sizes.recipe(asked.width), format, width, height)


def _standing(work: Work) -> list[Rendition]:
    return [made for made in work.renditions.all() if not made.is_on_demand]
