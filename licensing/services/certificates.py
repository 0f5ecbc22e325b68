"""What the certificate of a licence says, as values for pages. `issuing` signs it."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from licensing.models import Licence
from licensing.rules.offers import Quote
from licensing.services import prices, receipts
from licensing.services.receipts import Part
from media.models import Work
from members.models import User


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
    """What a licence covers, in words: each sentence of `permits` and `forbids` by itself.

    `frozen` is what came with it, or empty.
    """

    kind: str
    size: str
    permits: tuple[str, ...]
    forbids: tuple[str, ...]
    frozen: str = ""


def covers(licence: Licence) -> Coverage:
    """What `licence` covers, its add-ons among it."""
    line, quote = licence.line, licence.line.quote()
    note = line.price_book.book().editorial_note if line.work.editorial else ""
    extras = [_in_words(extra.add_on.text, extra.units) for extra in quote.extras]
    if licence.clause:
        extras.append(f"Agreed beside the terms: {licence.clause}")
    return Coverage(
        kind=quote.kind.name,
        size=prices.size_in_words(quote.size, line.work),
        permits=(*quote.kind.permits, *extras),
        forbids=(*quote.kind.forbids, *([note] if note else [])),
        frozen=quote.frozen.text if quote.frozen else "",
    )


def _in_words(text: str, units: int) -> str:
    return text if units == 1 else f"{text} ({units} times)"


def _parts(licence: Licence) -> list[Part]:
    split = licence.sale.split()
    people = User.objects.in_bulk([part.member for part in split.parts])
    return receipts.parts_of(split, people)
