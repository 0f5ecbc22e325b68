"""The keys that sign certificates: which one signs, how another follows, what is published."""

import logging
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max

from licensing.adapters import signing, verify_certificate
from licensing.adapters.signing import KeyFault, SigningKey
from licensing.models import CertificateKey, IssuedCertificate, KeyRetirement
from licensing.rules.certificate_text import KEYS_FORMAT, link, moment
from stockcoop.kernel import canonical
from stockcoop.kernel.errors import Refused

logger = logging.getLogger(__name__)


class NoKey(Refused):
    """There is no key to sign with."""

    status = 503


class NotRetired(Refused):
    """The key is not there, or was retired before."""


@dataclass(frozen=True, slots=True)
class Signer:
    """A key that may sign: its row and its private half."""

    row: CertificateKey
    private: SigningKey


@transaction.atomic
def current(*, at: datetime) -> Signer:
    """The newest key that is not retired and whose private half is here.

    No key is retired before the caller's transaction ends. The very first one is made on the spot
    where the site keeps its keys by itself. Raises NoKey.
    """
    if settings.FIRST_CERTIFICATE_KEY_MADE and not CertificateKey.objects.exists():
        _one_at_a_time()
        if not CertificateKey.objects.exists():
            _add(None, at)
    _while_none_changes()
    signer = _newest()
    if signer is None:
        logger.error("no private key for certificates in CERTIFICATE_KEYS: none can be signed")
        raise NoKey("Certificates cannot be signed at the moment. Please try again later.")
    return signer


@transaction.atomic
def make(*, at: datetime, lost: bool = False) -> CertificateKey:
    """A new key that signs from now on; the one before it vouches for it.

    `lost` says that the private half of the one before is gone: then nothing vouches for the new
    one, and who trusts the old one must be told. Raises NoKey when it is gone and `lost` is not
    said.
    """
    _one_at_a_time()
    before = _newest()
    if before is None and CertificateKey.objects.exists() and not lost:
        raise NoKey(
            "The private half of the key in force is not in CERTIFICATE_KEYS, so it cannot vouch "
            "for a new one. If it is lost for good, say so."
        )
    return _add(before, at).row


@transaction.atomic
def retire(*, name: str, because: KeyRetirement.Because, at: datetime) -> KeyRetirement:
    """The key whose name begins with `name` signs no more. Raises NotRetired.

    A clock that is behind does not take back what the key has signed: that stays dated within
    its life.
    """
    _one_at_a_time()
    found = list(CertificateKey.objects.filter(name__startswith=name)) if len(name) >= 8 else []
    if len(found) != 1:
        raise NotRetired("Name one key, by the first eight digits of its name or more.")
    if KeyRetirement.objects.filter(key=found[0]).exists():
        raise NotRetired(f"{found[0]} was retired before.")
    last = IssuedCertificate.objects.filter(key=found[0]).aggregate(at=Max("at"))["at"]
    dated = max(at, found[0].in_force_from, last or at)
    return KeyRetirement.objects.create(key=found[0], at=dated, because=because)


def known() -> list[verify_certificate.Key]:
    """All public keys, the oldest first, as certificates are checked by them."""
    rows = CertificateKey.objects.select_related("predecessor", "retirement")
    return [_public(row) for row in rows.order_by("in_force_from", "pk")]


def published() -> bytes:
    """The file of keys for everybody: with it a certificate is checked without the site."""
    keys = [
        {
            "key": key.key,
            "public_key": key.public_key,
            "in_force_from": key.in_force_from,
            "predecessor": key.predecessor,
            "signature": key.signature,
            "retired_at": key.retired_at,
            "retired_because": key.retired_because,
        }
        for key in known()
    ]
    return canonical.encode({"format": KEYS_FORMAT, "coop": settings.COOP_NAME, "keys": keys})


def _public(row: CertificateKey) -> verify_certificate.Key:
    retirement = getattr(row, "retirement", None)
    return verify_certificate.Key(
        key=row.name,
        public_key=row.public,
        in_force_from=moment(row.in_force_from),
        predecessor=row.predecessor.name if row.predecessor else None,
        signature=row.signature or None,
        retired_at=moment(retirement.at) if retirement else None,
        retired_because=retirement.because if retirement else None,
    )


def _newest() -> Signer | None:
    rows = CertificateKey.objects.filter(retirement=None).order_by("-in_force_from", "-pk")
    for row in rows:
        try:
            private = signing.load(settings.CERTIFICATE_KEYS, row.name)
        except KeyFault as fault:
            logger.error("a key for certificates is passed over", extra={"why": str(fault)})
            continue
        if private is not None:
            return Signer(row, private)
    return None


def _add(before: Signer | None, at: datetime) -> Signer:
    try:
        private = signing.make(settings.CERTIFICATE_KEYS)
    except KeyFault as fault:
        logger.error("no key for certificates could be made", extra={"why": str(fault)})
        raise NoKey("Certificates cannot be signed at the moment.") from fault
    predecessor = before.row.name if before else None
    text = link(key=private.name, public=private.public, in_force_from=at, predecessor=predecessor)
    row = CertificateKey.objects.create(
        name=private.name,
        public=private.public,
        in_force_from=at,
        predecessor=before.row if before else None,
        signature=before.private.sign(canonical.encode(text)) if before else "",
    )
    return Signer(row, private)


def _one_at_a_time() -> None:
    """Keys follow one another; the lock is let go with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('licensing.certificate_keys'))")


def _while_none_changes() -> None:
    """Many may sign at once, but not while a key comes or goes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock_shared(hashtext('licensing.certificate_keys'))"
        )
