"""The facts that a certificate states of its licence, by name.

Whoever gives licences another fact adds it to FACTS: the next certificate of each licence says it.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings

from licensing.models import Licence
from licensing.rules.certificate_text import MOST_FILES, moment
from licensing.services import certificates
from stockcoop.kernel.canonical import Value

Fact = Callable[[Licence, certificates.Certificate], Value]


def of(licence: Licence) -> dict[str, Value]:
    """All facts of `licence` as they stand."""
    certificate = certificates.of(licence)
    return {name: fact(licence, certificate) for name, fact in FACTS.items()}


def _coop(licence: Licence, certificate: certificates.Certificate) -> Value:
    return {"name": settings.COOP_NAME, "site": settings.BASE_URL}


def _licence(licence: Licence, certificate: certificates.Certificate) -> Value:
    return {
        "number": licence.number,
        "granted_at": moment(licence.granted_at),
        "state": licence.state,
        "ended_at": moment(licence.ended_at) if licence.ended_at else None,
        "ended_because": licence.ended_because,
        "upgrades": licence.upgrades.number if licence.upgrades else None,
        "superseded_by": _successor(licence),
    }


def _successor(licence: Licence) -> Value:
    """The upgrade that took its place, if one did."""
    successor = licence.successor if licence.is_valid else None
    if successor is None:
        return None
    return {"number": successor.number, "granted_at": moment(successor.granted_at)}


def _work(licence: Licence, certificate: certificates.Certificate) -> Value:
    work = certificate.work
    return {
        "id": str(work.uuid),
        "title": work.title,
        "artist": certificate.artist,
        "rights": work.rights,
        "original_sha256": work.sha256,
    }


def _grant(licence: Licence, certificate: certificates.Certificate) -> Value:
    line, quote = licence.line, certificate.quote
    extras = zip(quote.extras, certificate.add_ons, strict=True)
    return {
        "kind": line.kind,
        "kind_name": quote.kind.name,
        "exclusive": line.exclusive,
        "size": line.size,
        "size_name": certificate.size,
        "longest_side": line.longest_side,
        "add_ons": [
            {"code": extra.add_on.code, "units": extra.units, "text": words}
            for extra, words in extras
        ],
        "permits": list(quote.kind.permits),
        "forbids": list(quote.kind.forbids),
        "editorial_note": certificate.editorial_note,
        **({"clause": licence.clause} if licence.clause else {}),
    }


def _freeze(licence: Licence, certificate: certificates.Certificate) -> Value:
    """The market freeze that came with it; None when none did."""
    line, frozen = licence.line, certificate.quote.frozen
    if frozen is None or licence.frozen_since is None or licence.frozen_until is None:
        return None
    return {
        "text": frozen.text,
        "since": moment(licence.frozen_since),
        "until": moment(licence.frozen_until),
        "regions": line.freeze.get("regions", []),
        "uses": line.freeze.get("uses", []),
        "earlier": line.freeze["earlier"],
        "earlier_text": line.beside,
    }


def _terms(licence: Licence, certificate: certificates.Certificate) -> Value:
    terms = licence.line.terms
    return {
        "kind": terms.kind,
        "version": terms.version,
        "title": terms.title,
        "clauses": terms.clauses,
        "digest": terms.digest,
        "url": certificate.terms_url,
    }


def _paid(licence: Licence, certificate: certificates.Certificate) -> Value:
    price = licence.line.price
    return {
        "currency": price.currency,
        "price_minor": price.minor,
        "parts": [{"to": part.label, "minor": part.money.minor} for part in certificate.parts],
    }


def _files(licence: Licence, certificate: certificates.Certificate) -> Value:
    """Each file once, as it was first delivered, the newest first."""
    return [
        {
            "name": row.name,
            "media_type": row.media_type,
            "bytes": row.bytes,
            "sha256": row.sha256,
            "delivered_at": moment(row.at),
        }
        for row in _delivered(licence)[:MOST_FILES]
    ]


def _files_before(licence: Licence, certificate: certificates.Certificate) -> Value:
    return max(0, len(_delivered(licence)) - MOST_FILES)


def _delivered(licence: Licence) -> list[Any]:
    first: dict[str, Any] = {}
    for row in licence.downloads.order_by("at", "pk"):
        first.setdefault(row.sha256, row)
    return list(reversed(first.values()))


FACTS: dict[str, Fact] = {
    "coop": _coop,
    "licence": _licence,
    "licensee": lambda licence, certificate: certificate.licensee,
    "order": lambda licence, certificate: licence.line.order.number,
    "work": _work,
    "grant": _grant,
    "freeze": _freeze,
    "terms": _terms,
    "paid": _paid,
    "files": _files,
    "files_before": _files_before,
    "check_at": lambda licence, certificate: certificate.verify_url,
}
