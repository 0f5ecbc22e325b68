"""The co-op's prices and licence terms, from its data into dated versions."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from licensing.models import PriceBook, Terms
from licensing.models.comps import COMP_TERMS
from licensing.rules import book
from licensing.rules.book import BadPriceBook
from stockcoop.kernel import canonical


@transaction.atomic
def establish(data: Mapping[str, Any], at: datetime) -> None:
    """Put the `licensing` table of `data` in force from `at`, if it differs from the latest.

    Raises BadPriceBook with all faults of it; then nothing has changed.
    """
    table = data.get("licensing", {})
    content = table.get("price_book", {})
    kinds = [kind.code for kind in book.read(content, settings.CURRENCY).kinds]
    texts = {text.get("kind"): text for text in table.get("terms", [])}
    missing = [kind for kind in kinds if kind not in texts]
    if missing:
        raise BadPriceBook(f"There are no licence terms for: {', '.join(missing)}")
    if COMP_TERMS in kinds:
        raise BadPriceBook(f"{COMP_TERMS}: no kind is called so, for the comp terms are")
    if COMP_TERMS in texts:
        _terms(COMP_TERMS, texts[COMP_TERMS], at)
    _price_book(content, at)
    for kind in kinds:
        _terms(kind, texts[kind], at)


def _price_book(content: Mapping[str, Any], at: datetime) -> None:
    digest = canonical.digest([settings.CURRENCY, content])
    latest = PriceBook.objects.order_by("-version").first()
    if latest is None or latest.digest != digest:
        PriceBook.objects.create(
            version=latest.version + 1 if latest else 1,
            in_force_from=at,
            currency=settings.CURRENCY,
            content=content,
            digest=digest,
        )


def _terms(kind: str, text: Mapping[str, Any], at: datetime) -> None:
    title, clauses = text.get("title", ""), text.get("clauses", [])
    if not title or not clauses or not all({"heading", "text"} == set(c) for c in clauses):
        raise BadPriceBook(f"{kind}: terms have a title, and clauses with a heading and a text")
    digest = canonical.digest([title, clauses])
    latest = Terms.objects.filter(kind=kind).order_by("-version").first()
    if latest is None or latest.digest != digest:
        Terms.objects.create(
            kind=kind,
            version=latest.version + 1 if latest else 1,
            in_force_from=at,
            title=title,
            clauses=clauses,
            digest=digest,
        )
