"""The cart."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from licensing.models import CartLine, CustomQuote, Licence
from licensing.rules.offers import Choice
from licensing.services import carts
from licensing.views.sessions import (
    Kept,
    buyer_of,
    count_cart,
    pop_undo,
    pop_wanted,
    set_undo,
    set_wanted,
    undo_text,
)
from media.models import Work
from stockcoop.kernel.access import audience
from stockcoop.kernel.errors import Refused


@audience("account")
@require_safe
def cart(request: HttpRequest) -> HttpResponse:
    """What is in the cart, at today's prices; first, what was wanted before signing in."""
    wanted = pop_wanted(request)
    if wanted:
        _put_kept(request, wanted)
    count_cart(request)
    context = {
        "cart": carts.read(buyer=buyer_of(request), at=timezone.now()),
        "undo": undo_text(request),
    }
    return render(request, "licensing/cart.html", context)


@audience("anyone")
@require_POST
def add(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Put a work into the cart; who is not signed in signs in first and finds it there.

    The button "Update the price" of a browser without scripts comes here too.
    """
    work = get_object_or_404(Work.objects.published(), uuid=uuid)
    page = reverse("licensing:work", args=[uuid])
    try:
        choice = Choice.from_form(request.POST.dict())
        if "update" in request.POST:
            return redirect(f"{page}?{choice.query()}#licence")
        if not request.user.is_authenticated:
            set_wanted(request, work, choice)
            return redirect_to_login(reverse("licensing:cart"))
        _put(request, work, choice)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect(f"{page}#licence")
    return redirect("licensing:cart")


@audience("account")
@require_POST
def remove(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take a work out of the cart; the page then offers to put it back."""
    line = get_object_or_404(CartLine.objects.of(buyer_of(request)), work__uuid=uuid)
    carts.remove(line=line)
    set_undo(request, line, f"“{line.work.title}” is out of your cart.")
    count_cart(request)
    return redirect("licensing:cart")


@audience("account")
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Take back the last removal or change."""
    kept = pop_undo(request)
    if kept:
        _put_kept(request, kept)
    return redirect("licensing:cart")


def _put_kept(request: HttpRequest, kept: Kept) -> None:
    work, buyer = get_object_or_404(Work, uuid=kept.work), buyer_of(request)
    upgrade = Licence.objects.of(buyer).filter(number=kept.upgrade, work=work).first()
    quotes = CustomQuote.objects.of(buyer)
    quote = quotes.filter(uuid=kept.custom_quote).first() if kept.custom_quote else None
    try:
        carts.put(
            buyer=buyer,
            work=work,
            choice=kept.choice,
            upgrade=upgrade,
            custom_quote=quote,
            at=timezone.now(),
        )
    except Refused as refusal:
        messages.error(request, refusal.message)
    count_cart(request)


def _put(request: HttpRequest, work: Work, choice: Choice) -> None:
    before = CartLine.objects.of(buyer_of(request)).filter(work=work).first()
    carts.put(buyer=buyer_of(request), work=work, choice=choice, at=timezone.now())
    count_cart(request)
    if before and (before.choice != choice or before.custom_quote):
        set_undo(request, before, f"Your choice for “{work.title}” has changed.")
