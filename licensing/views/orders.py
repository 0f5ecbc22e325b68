"""Checking out, paying, and the buyer's orders."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from invoicing.models import Invoice
from invoicing.services import assessing
from invoicing.services.assessing import NoPlace
from invoicing.services.billing_form import BillingForm
from licensing.forms import CheckoutForm
from licensing.models import Order
from licensing.rules.states import PaymentState
from licensing.services import carts, invoices, orders, payments, prices, receipts, refunds, totals
from licensing.services.orders import AnotherLicensee, PriceChanged
from licensing.views.sessions import buyer_of, count_cart
from stockcoop.kernel.access import audience
from stockcoop.kernel.errors import Refused
from stockcoop.kernel.money import Money
from stockcoop.kernel.web import page_of

ANSWERS = {
    PaymentState.PAID: (messages.SUCCESS, "Thank you. Your licences are ready."),
    PaymentState.PENDING: (messages.INFO, "The payment has not been confirmed yet."),
    PaymentState.DECLINED: (messages.ERROR, "The payment was declined; nothing was charged."),
    PaymentState.ABANDONED: (messages.INFO, "The payment was broken off; nothing was charged."),
}


@audience("account")
@require_http_methods(["GET", "HEAD", "POST"])
def checkout(request: HttpRequest) -> HttpResponse:
    """Look the order over, say who it is for, and place it; paying comes next."""
    if request.method == "POST":
        return _place(request, CheckoutForm(request.POST, buyer=buyer_of(request)))
    cart, buyer = carts.read(buyer=buyer_of(request), at=timezone.now()), buyer_of(request)
    if not cart.payable:
        return redirect("licensing:cart")
    holders = [line.upgrades.line.order.licensee for line, _ in cart.payable if line.upgrades]
    licensee = next(iter(holders), buyer.name)
    book = assessing.current(at=timezone.now())
    known = BillingForm.showing(assessing.billing_of(user=buyer), book=book)
    return _checkout_page(request, CheckoutForm.showing(cart.total, licensee, buyer), known)


@audience("account")
@require_POST
def pay(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Off to the gateway's page."""
    order = get_object_or_404(Order.objects.of(buyer_of(request)), uuid=uuid)
    return _to_gateway(request, order)


@audience("account")
@require_safe
def returned(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Where the gateway sends the buyer back to, whatever happened: it is asked what did."""
    order = get_object_or_404(Order.objects.of(buyer_of(request)), uuid=uuid)
    payment = order.payments.exclude(reference="").last()
    if payment:
        try:
            state = payments.hear(payment=payment, at=timezone.now())
            messages.add_message(request, *_answer(order, state))
        except Refused as refusal:
            messages.warning(request, f"{refusal.message} We will ask again by ourselves.")
    return redirect("licensing:order", order.uuid)


@audience("account")
@require_POST
def cancel(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Give up an open order; its works go back into the cart."""
    order = get_object_or_404(Order.objects.of(buyer_of(request)), uuid=uuid)
    orders.cancel(order=order, at=timezone.now())
    count_cart(request)
    messages.info(request, f"Order {order.number} is cancelled; its works are in your cart again.")
    return redirect("licensing:cart")


@audience("account")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The buyer's orders, newest first."""
    rows = Order.objects.seen_by(buyer_of(request)).with_lines().select_related("approval")
    return render(request, "licensing/orders.html", {"page": page_of(request, rows, per=20)})


@audience("account")
@require_safe
def order(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One order of the buyer; when paid, the receipt that shows where each cent went."""
    orders = Order.objects.seen_by(buyer_of(request)).select_related("approval", "project__team")
    shown = get_object_or_404(orders, uuid=uuid)
    context = {
        "order": shown,
        "receipt": receipts.of(shown),
        "payment": shown.payments.last(),
        "documents": Invoice.objects.about(invoices.name_of(shown)),
        "own": shown.buyer == request.user,
    }
    return render(request, "licensing/order.html", context)


def _answer(order: Order, state: PaymentState) -> tuple[int, str]:
    """What to say to the buyer who comes back, by level and sentence."""
    late = refunds.too_late(order=order)
    if not late:
        return ANSWERS[state]
    if any(refund.line.upgrades_id for refund in late):
        return messages.WARNING, f"{refunds.NOT_UPGRADED} You get the price back."
    lost = [refund.line.work.title for refund in late]
    titles = " and ".join(f"“{title}”" for title in lost)
    return (
        messages.WARNING,
        f"Another buyer licensed {titles} before your payment arrived. You get the price back.",
    )


def _place(request: HttpRequest, form: CheckoutForm) -> HttpResponse:
    now, buyer = timezone.now(), buyer_of(request)
    billing = BillingForm(request.POST, book=assessing.current(at=now))
    if not (form.is_valid() & billing.is_valid()):
        return _checkout_page(request, form, billing, status=422)
    currency = prices.current(at=now).book.currency
    try:
        placed = orders.place(
            buyer=buyer,
            token=form.cleaned_data["token"],
            licensee=form.cleaned_data["licensee"],
            agreed=Money(form.cleaned_data["agreed"], currency),
            billing=billing.billing(),
            at=now,
            project=form.cleaned_data.get("project"),
        )
    except (PriceChanged, AnotherLicensee, NoPlace) as refusal:
        total = carts.read(buyer=buyer, at=now).total
        again = CheckoutForm.showing(total, form.cleaned_data["licensee"], buyer)
        return _checkout_page(request, again, billing, refusal=refusal)
    count_cart(request)
    return _to_gateway(request, placed)


def _checkout_page(
    request: HttpRequest,
    form: CheckoutForm,
    billing: BillingForm,
    *,
    refusal: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    buyer = buyer_of(request)
    cart = carts.read(buyer=buyer, at=now)
    said = assessing.billing_of(user=buyer)
    if billing.is_bound:
        said = billing.billing()
    context = {
        "cart": cart,
        "totals": totals.of(cart=cart, billing=said, at=now) if cart.payable else None,
        "billing": billing,
        "form": form,
        "refusal": refusal,
        "terms": prices.terms(at=now),
    }
    status = refusal.status if refusal else status
    return render(request, "licensing/checkout.html", context, status=status)


def _to_gateway(request: HttpRequest, order: Order) -> HttpResponse:
    if order.is_paid:
        return redirect("licensing:order", order.uuid)
    back = request.build_absolute_uri(reverse("licensing:returned", args=[order.uuid]))
    try:
        return HttpResponseRedirect(payments.begin(order=order, return_url=back, at=timezone.now()))
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("licensing:order", order.uuid)
