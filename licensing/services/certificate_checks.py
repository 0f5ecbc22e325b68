"""What can be said of a certificate that somebody shows: is it ours, and does it still count?"""

from dataclasses import dataclass
from typing import Any

from licensing.adapters import verify_certificate
from licensing.adapters.verify_certificate import Document, Doubtful, Key
from licensing.models import IssuedCertificate, KeyRetirement, Licence
from licensing.services import certificate_keys


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: whether it holds, and a sentence about it."""

    holds: bool
    about: str
    text: str


@dataclass(frozen=True, slots=True)
class Checked:
    """All findings; `says` is the certificate's own text, only where it is ours."""

    findings: tuple[Finding, ...]
    says: dict[str, Any] | None = None

    @property
    def holds(self) -> bool:
        return all(finding.holds for finding in self.findings)


def check(*, data: bytes, sha256: str = "") -> Checked:
    """Everything that the site knows of the certificate in `data`, a PDF or a JSON.

    `sha256` is of a file that was delivered with it, perhaps; empty: none is asked about.
    """
    try:
        document = verify_certificate.read(data)
    except Doubtful as why:
        return Checked((Finding(False, "Certificate", str(why)),))
    issued = _on_record(document)
    try:
        key = verify_certificate.check(document, certificate_keys.known())
    except Doubtful as why:
        if issued is None or not _is_compromised(issued):
            return Checked((Finding(False, "Signature", str(why)),))
        signature = Finding(False, "Signature", f"{why} This one is on record here all the same.")
    else:
        signature = _signature(document, key)
    findings = [signature, _record(document, issued)]
    if issued is not None:
        findings.append(_licence(issued.licence))
    if sha256:
        findings.append(_file(document, sha256))
    return Checked(tuple(findings), document.text)


def _on_record(document: Document) -> IssuedCertificate | None:
    rows = IssuedCertificate.objects.defer("pdf").select_related("licence", "key__retirement")
    return rows.filter(digest=document.digest).first()


def _is_compromised(issued: IssuedCertificate) -> bool:
    retirement = getattr(issued.key, "retirement", None)
    return retirement is not None and retirement.because == KeyRetirement.Because.COMPROMISED


def _signature(document: Document, key: Key) -> Finding:
    name = document.text["facts"]["coop"]["name"]
    return Finding(
        True,
        "Signature",
        f"It holds: {name} signed this text with key {key.key[:16]}, and nobody altered it since.",
    )


def _record(document: Document, issued: IssuedCertificate | None) -> Finding:
    if issued is None:
        return Finding(
            False,
            "Record",
            "This certificate is not on record here, though it bears our signature. "
            "Please show it to us before you rely on it.",
        )
    newest = issued.licence.certificates.defer("pdf").order_by("-issue").first()
    assert newest is not None
    said = f"It is on record here as no. {issued.issue} of its licence"
    if newest.issue > issued.issue:
        return Finding(True, "Record", f"{said}; its holder has had newer ones since.")
    return Finding(True, "Record", f"{said}, the newest one.")


def _licence(licence: Licence) -> Finding:
    if licence.is_valid:
        return Finding(True, "Licence", "It is valid today.")
    word = "has ended" if licence.state == "ended" else "is suspended"
    return Finding(False, "Licence", f"It {word} since {licence.ended_at:%-d %B %Y}.")


def _file(document: Document, sha256: str) -> Finding:
    if verify_certificate.is_delivered(document, sha256):
        return Finding(True, "File", "It is, byte for byte, one that was delivered.")
    return Finding(
        False,
        "File",
        "It is none of the files that this certificate names: it was altered or saved anew since, "
        "delivered after the certificate was issued, or comes from elsewhere.",
    )
