"""The certificate of a licence: its facts as values, and as a PDF."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.files.storage import storages
from django.urls import reverse

from licensing.models import Licence
from licensing.rules.offers import Quote
from licensing.services import prices, receipts
from licensing.services.receipts import Part
from media.models import Work
from members.models import User
from stockcoop.kernel import pdf as typst_pdf


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a certificate says. `size` is in words, `add_ons` one sentence each."""

    number: str
    licensee: str
    work: Work
    artist: str
    quote: Quote
    size: str
    add_ons: tuple[str, ...]
    editorial_note: str
    parts: tuple[Part, ...]
    verify_url: str
    terms_url: str


def of(licence: Licence) -> Certificate:
    """The facts of `licence`, as they were when it was granted."""
    line, work = licence.line, licence.line.work
    quote = line.quote()
    terms = reverse("licensing:terms_version", args=[line.terms.kind, line.terms.version])
    verify = reverse("licensing:verify")
    return Certificate(
        number=licence.number,
        licensee=line.order.licensee,
        work=work,
        artist=work.creator or work.owner.name,
        quote=quote,
        size=prices.size_in_words(quote.size, work),
        add_ons=tuple(_in_words(extra.add_on.text, extra.units) for extra in quote.extras),
        editorial_note=line.price_book.book().editorial_note if work.editorial else "",
        parts=tuple(_parts(licence)),
        verify_url=f"{settings.BASE_URL}{verify}?number={licence.number}",
        terms_url=settings.BASE_URL + terms,
    )


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a licence covers, in words: each sentence of `permits` and `forbids` by itself."""

    kind: str
    size: str
    permits: tuple[str, ...]
    forbids: tuple[str, ...]


def covers(licence: Licence) -> Coverage:
    """What `licence` covers, its add-ons among it."""
    line, quote = licence.line, licence.line.quote()
    note = line.price_book.book().editorial_note if line.work.editorial else ""
    extras = (_in_words(extra.add_on.text, extra.units) for extra in quote.extras)
    return Coverage(
        kind=quote.kind.name,
        size=prices.size_in_words(quote.size, line.work),
        permits=(*quote.kind.permits, *extras),
        forbids=(*quote.kind.forbids, *([note] if note else [])),
    )


def pdf(licence: Licence) -> bytes:
    """The certificate as a PDF, byte for byte the same as long as its facts are."""
    return typst_pdf.render("licensing/certificate.typ", _for_typst(licence, of(licence)))


def _in_words(text: str, units: int) -> str:
    return text if units == 1 else f"{text} ({units} times)"


def _parts(licence: Licence) -> list[Part]:
    split = licence.sale.split()
    people = User.objects.in_bulk([part.member for part in split.parts])
    return receipts.parts_of(split, people)


def _for_typst(licence: Licence, certificate: Certificate) -> dict[str, Any]:
    quote, work = certificate.quote, certificate.work
    return {
        "coop": settings.COOP_NAME,
        "site": settings.BASE_URL,
        "number": certificate.number,
        "licensee": certificate.licensee,
        "title": work.title,
        "artist": certificate.artist,
        "work_id": str(work.uuid),
        "rights": work.rights,
        "kind": quote.kind.name,
        "size": certificate.size,
        "permits": [*quote.kind.permits, *certificate.add_ons],
        "forbids": list(quote.kind.forbids),
        "editorial": certificate.editorial_note,
        "granted": f"{licence.granted_at:%-d %B %Y}",
        "revoked": f"{licence.ended_at:%-d %B %Y}" if licence.ended_at else "",
        "because": licence.ended_because,
        "order": licence.line.order.number,
        "price": str(licence.line.price),
        "parts": [[part.label, str(part.money)] for part in certificate.parts],
        "terms": str(licence.line.terms),
        "terms_url": certificate.terms_url,
        "verify_url": certificate.verify_url,
        "picture": _picture(work),
    }


def _picture(work: Work) -> list[int]:
    """The bytes of a small JPEG of the work; empty when there is none."""
    small = work.renditions.filter(format="jpeg").order_by("width")[:2]
    for rendition in reversed(small):
        with storages["renditions"].open(rendition.key) as file:
            return list(file.read())
    return []
