"""Upgrading a licence: the chooser with the difference, on a page of its own."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from licensing.models import CartLine, Licence
from licensing.rules.offers import Choice, NotOnOffer, Quote
from licensing.services import carts, freezes, prices, receipts, upgrades
from licensing.services.prices import PriceList
from licensing.views.sessions import buyer_of, count_cart, set_undo
from stockcoop.kernel.access import audience
from stockcoop.kernel.errors import Refused


@audience("account")
@require_http_methods(["GET", "HEAD", "POST"])
def upgrade(request: HttpRequest, number: str) -> HttpResponse:
    """Choose what a licence of one's own becomes; sent, the upgrade goes into the cart.

    htmx asks for the chooser alone, with the choice in the query.
    """
    held = get_object_or_404(Licence.objects.of(buyer_of(request)), number=number)
    page = reverse("licensing:upgrade", args=[number])
    if request.method != "POST":
        return _page(request, held, page)
    try:
        choice = Choice.from_form(request.POST.dict())
        if "update" in request.POST:
            return redirect(f"{page}?{choice.query()}")
        _put(request, held, choice)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect(page)
    return redirect("licensing:cart")


def _put(request: HttpRequest, held: Licence, choice: Choice) -> None:
    buyer, work = buyer_of(request), held.line.work
    before = CartLine.objects.of(buyer).filter(work=work).first()
    carts.put(buyer=buyer, work=work, choice=choice, upgrade=held, at=timezone.now())
    count_cart(request)
    if before:
        set_undo(request, before, f"Your choice for “{work.title}” has changed.")


def _page(request: HttpRequest, held: Licence, page: str) -> HttpResponse:
    now, work = timezone.now(), held.line.work
    in_the_way = upgrades.obstacle(held, at=now)
    if not work.is_published:
        in_the_way = f"“{work.title}” is not for sale any more."
    choice = Choice.from_form(request.GET.dict()) if request.GET else None
    price_list = prices.current(at=now)
    picked = None if in_the_way else upgrades.chooser(price_list, held, choice, at=now)
    refusal, beside = _judged(price_list, held, picked.quote, now) if picked else ("", "")
    context = {
        "licence": held,
        "work": work,
        "in_the_way": in_the_way,
        "chooser": picked,
        "refusal": refusal,
        "beside": beside,
        "parts": receipts.expected(work=work, quote=picked.quote, at=now) if picked else [],
        "upgrade_url": page,
    }
    part = "licensing/parts/upgrade_answer.html"
    whole = "licensing/upgrade.html"
    return render(request, part if request.htmx else whole, context)  # type: ignore[attr-defined]


def _judged(price_list: PriceList, held: Licence, quote: Quote, at: datetime) -> tuple[str, str]:
    """Why what is picked is no upgrade, and which licences of others stay beside its freeze."""
    why, beside = freezes.judged(price_list.book, quote, held.line.work, at=at, but=held)
    try:
        upgrades.quote(price_list, held, quote.choice, at=at)
    except NotOnOffer as refusal:
        why = refusal.message
    return why, beside
