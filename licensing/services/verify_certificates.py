"""Certificates that were issued, and the keys they were signed by, checked again."""

from collections.abc import Iterator
from typing import Any

from licensing.adapters import verify_certificate
from licensing.adapters.verify_certificate import Doubtful, Key
from licensing.models import Download, IssuedCertificate
from licensing.rules.certificate_text import moment
from licensing.services import certificate_keys, issuing
from stockcoop.kernel import canonical

_BATCH = 50


def differences() -> Iterator[str]:
    """A sentence for each key, certificate, or fact in one, that the rows do not bear out."""
    try:
        verify_certificate.read_keys(certificate_keys.published())
    except Doubtful as why:
        if certificate_keys.known():
            yield f"Certificate keys: {why}"
    keys = {key.key: key for key in certificate_keys.known()}
    rows = IssuedCertificate.objects.select_related("key", "licence__line__order")
    for row in rows.order_by("pk").iterator(chunk_size=_BATCH):
        yield from _certificate(row, keys[row.key.name])


def _certificate(row: IssuedCertificate, key: Key) -> Iterator[str]:
    try:
        document = verify_certificate.read(issuing.as_json(row))
    except (Doubtful, ValueError):
        yield f"{row}: its text is not what was signed."
        return
    text = document.text
    if canonical.encode(text) != row.text.encode():
        yield f"{row}: its text is not what was signed."
    if not key.has_signed(canonical.encode(text), row.signature) or text["key"] != key.key:
        yield f"{row}: its signature does not hold."
    if document.digest != row.digest:
        yield f"{row}: its digest is stored as {row.digest}, its text gives {document.digest}."
    if text["issue"] != row.issue:
        yield f"{row}: its text says it is no. {text['issue']}."
    if text["issued_at"] != moment(row.at):
        yield f"{row}: its text names another time, {text['issued_at']}."
    if _in_pdf(row) != document.raw:
        yield f"{row}: its PDF holds another text, or none."
    yield from _facts(row, text["facts"])


def _in_pdf(row: IssuedCertificate) -> bytes:
    try:
        return verify_certificate.read(bytes(row.pdf)).raw
    except Doubtful:
        return b""


def _facts(row: IssuedCertificate, facts: dict[str, Any]) -> Iterator[str]:
    """What cannot have changed since it was granted, and files that were delivered."""
    line = row.licence.line
    said = [
        *(facts["licence"]["number"], facts["licence"]["granted_at"], facts["order"]),
        *(facts["licensee"], facts["paid"]["price_minor"], facts["paid"]["currency"]),
        *(facts["grant"]["kind"], facts["grant"]["size"], facts["grant"]["exclusive"]),
    ]
    stored = [
        *(row.licence.number, moment(row.licence.granted_at), line.order.number),
        *(line.order.licensee, line.price_minor, line.currency),
        *(line.kind, line.size, line.exclusive),
    ]
    for one, other in zip(said, stored, strict=True):
        if one != other:
            yield f"{row}: it says {one}, that its licence does not bear out: {other}."
    until = (facts.get("freeze") or {}).get("until")
    if until != (moment(row.licence.frozen_until) if row.licence.frozen_until else None):
        yield f"{row}: it says frozen until {until}, that its licence does not bear out."
    terms = facts["terms"]
    if canonical.digest([terms["title"], terms["clauses"]]) != terms["digest"]:
        yield f"{row}: its terms are not those of their digest."
    delivered = set(
        Download.objects.filter(licence=row.licence_id).values_list("sha256", flat=True)
    )
    for file in facts["files"]:
        if file["sha256"] not in delivered:
            yield f"{row}: it names {file['sha256']}, of which no download is on record."
