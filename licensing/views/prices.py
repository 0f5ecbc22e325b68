"""Prices and licence terms, for everybody."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from licensing.models import Terms
from licensing.rules.book import MEDIA_KINDS, Book
from licensing.rules.freezes import Freeze, FreezeOffer
from licensing.services import prices as pricing
from stockcoop.kernel.access import audience
from stockcoop.kernel.money import Money


@audience("anyone")
@require_safe
def prices(request: HttpRequest) -> HttpResponse:
    """The price book in force."""
    price_list = pricing.current(at=timezone.now())
    tables = [_table(price_list.book, media_kind) for media_kind in MEDIA_KINDS]
    context = {
        "price_list": price_list,
        "tables": [table for table in tables if table["rows"]],
        "freezes": _freezes(price_list.book.freeze),
    }
    return render(request, "licensing/prices.html", context)


@audience("anyone")
@require_safe
def terms(request: HttpRequest, kind: str, version: int | None = None) -> HttpResponse:
    """The terms of a kind of licence, now or as one version had them."""
    versions = Terms.objects.filter(kind=kind)
    if version is None:
        shown = get_object_or_404(Terms.objects.in_force(timezone.now()), kind=kind)
    else:
        shown = get_object_or_404(versions, version=version)
    return render(request, "licensing/terms.html", {"terms": shown, "versions": versions})


def _freezes(offer: FreezeOffer | None) -> list[tuple[str, str, list[Money | None]]]:
    """Rows of (region, use, price of each term or None), for what is on offer at all."""
    if offer is None:
        return []
    pairs = dict.fromkeys((freeze.region, freeze.use) for freeze in offer.prices)
    return [
        (
            offer.region(region).name,
            offer.use(use).name,
            [offer.prices.get(Freeze(months, region, use)) for months in offer.terms],
        )
        for region, use in pairs
    ]


def _table(book: Book, media_kind: str) -> dict[str, object]:
    """Rows of (size, price of each kind or None)."""
    sizes = [size for size in book.sizes if size.media_kind == media_kind]
    rows = [(size, [kind.prices.get(size.code) for kind in book.kinds]) for size in sizes]
    return {"media_kind": media_kind, "rows": rows}
