"""Handing out certificates: signed, kept, and the same bytes until a fact is new."""

import json
from datetime import datetime

from django.core.files.storage import storages
from django.db import transaction

from licensing.models import IssuedCertificate, KeyRetirement, Licence
from licensing.rules import certificate_text
from licensing.services import certificate_facts, certificate_keys
from media.models import Work
from stockcoop.kernel import canonical
from stockcoop.kernel import pdf as typst_pdf
from stockcoop.kernel.canonical import Value


@transaction.atomic
def issue(*, licence: Licence, at: datetime) -> IssuedCertificate:
    """The certificate of `licence`: the last one if it says all there is, else a new one.

    A new one is made when a fact has changed (a file was delivered, the licence ended), or when
    the key of the last one was compromised. Raises NoKey.
    """
    Licence.objects.select_for_update().get(pk=licence.pk)
    shown = Licence.objects.with_line().get(pk=licence.pk)
    facts = certificate_facts.of(shown)
    last = shown.certificates.select_related("key__retirement").order_by("-issue").first()
    if last is not None and _stands(last, facts):
        return last
    return _sign(shown, facts, issue=last.issue + 1 if last else 1, at=at)


def as_json(certificate: IssuedCertificate) -> bytes:
    """The certificate as JSON, as it was signed."""
    return certificate_text.signed(json.loads(certificate.text), certificate.signature)


def _stands(last: IssuedCertificate, facts: dict[str, Value]) -> bool:
    retirement = getattr(last.key, "retirement", None)
    compromised = retirement and retirement.because == KeyRetirement.Because.COMPROMISED
    said = json.loads(last.text)["facts"]
    return not compromised and canonical.encode(said) == canonical.encode(facts)


def _sign(
    licence: Licence, facts: dict[str, Value], *, issue: int, at: datetime
) -> IssuedCertificate:
    signer = certificate_keys.current(at=at)
    at = max(at, signer.row.in_force_from)  # another server's clock may have made the key
    text = certificate_text.compose(facts, issue=issue, at=at, key=signer.private.name)
    signature = signer.private.sign(canonical.encode(text))
    document = certificate_text.signed(text, signature)
    return IssuedCertificate.objects.create(
        licence=licence,
        issue=issue,
        at=at,
        key=signer.row,
        text=canonical.encode(text).decode(),
        signature=signature,
        digest=canonical.digest({"certificate": text, "signature": signature}),
        pdf=_pdf(text, document, licence.line.work),
    )


def _pdf(text: dict[str, Value], document: bytes, work: Work) -> bytes:
    """The certificate to read and print, the signed JSON attached to it."""
    data = certificate_text.printed(text)
    return typst_pdf.render(
        "licensing/certificate.typ",
        {**data, "picture": _picture(work), "document": document.decode()},
    )


def _picture(work: Work) -> list[int]:
    """The bytes of a small JPEG of the work; empty when there is none."""
    small = work.renditions.filter(format="jpeg").order_by("width")[:2]
    for rendition in reversed(small):
        with storages["renditions"].open(rendition.key) as file:
            return list(file.read())
    return []
