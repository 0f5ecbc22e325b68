"""The tax of a cart while the buyer says where they are."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from invoicing.services import assessing
from invoicing.services.billing_form import BillingForm
from licensing.services import carts, totals
from licensing.views.sessions import buyer_of
from stockcoop.kernel.access import audience


@audience("account")
@require_POST
def checkout_tax(request: HttpRequest) -> HttpResponse:
    """What is to be paid by the place in the form, for the page to take in; nothing is kept."""
    now = timezone.now()
    cart = carts.read(buyer=buyer_of(request), at=now)
    form = BillingForm(request.POST, book=assessing.current(at=now))
    form.is_valid()
    due = totals.of(cart=cart, billing=form.billing(), at=now) if cart.payable else None
    return render(request, "licensing/parts/checkout_total.html", {"totals": due})
