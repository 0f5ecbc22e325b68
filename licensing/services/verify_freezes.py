"""Freezes and claims, computed again from the licences and the price books they were sold by."""

from collections.abc import Iterator
from dataclasses import replace

from django.db.models import F

from licensing.models import Claim, Licence, OrderLine
from licensing.rules.book import Book
from licensing.rules.freezes import Freeze
from licensing.services import freezes

_BATCH = 1000


def differences() -> Iterator[str]:
    """A sentence for each end of a freeze, and each claim, that the licences do not give."""
    licences = Licence.objects.select_related("line__order", "line__upgrades").order_by("pk")
    for licence in licences.prefetch_related("claims").iterator(chunk_size=_BATCH):
        yield from _term(licence)
        yield from _claims(licence)
    strange = Claim.objects.exclude(work=F("licence__line__work"))
    for claim in strange.order_by("pk").iterator(chunk_size=_BATCH):
        yield f"{claim}: it is of another work than its licence."


def of_line(line: OrderLine, book: Book) -> Iterator[str]:
    """What `line` keeps of its kind's reach and its freeze, against its price book."""
    kind = book.kind(line.kind)
    if kind and line.reach != freezes.stored(kind.reach):
        yield f"Order line {line.pk}: its reach is stored unlike that of its kind."
    freeze = Freeze.read(line.freeze)
    if freeze is None or book.freeze is None or freeze not in book.freeze.prices:
        return
    said = freezes.said(book, freeze)
    if {name: line.freeze.get(name) for name in said} != said or len(line.freeze) != len(said) + 2:
        yield f"Order line {line.pk}: its freeze is stored unlike its price book says."


def _term(licence: Licence) -> Iterator[str]:
    term = freezes.term_of(licence.line, at=licence.granted_at)
    computed = (term.since, term.until) if term else (None, None)
    if (licence.frozen_since, licence.frozen_until) != computed:
        stored = f"{licence.frozen_since} to {licence.frozen_until}"
        yield f"{licence}: its freeze is stored as {stored}, it was sold one to {computed[1]}."


def _claims(licence: Licence) -> Iterator[str]:
    root = licence.chain()[-1].pk
    own = freezes.own_claims(licence)
    due = [] if licence.revoked_at else [replace(claim, root=root) for claim in own]
    rows = sorted(licence.claims.all(), key=lambda claim: claim.freezes)
    if [claim.value() for claim in rows] != due or any(_is_off(claim) for claim in rows):
        yield f"{licence}: its claims are stored unlike what it was granted."


def _is_off(claim: Claim) -> bool:
    """Whether the two ranges of a claim do not belong together."""
    during, beside = claim.during, claim.beside
    if not claim.freezes:
        return bool((during.lower, None) != (beside.lower, beside.upper))
    return bool(not beside.isempty and (during.lower, during.upper) != (beside.lower, beside.upper))
