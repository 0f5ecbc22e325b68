"""Orders as the treasurer and the board see them: paid ones, and refunds."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from invoicing.models import Invoice
from licensing.forms import RefundForm
from licensing.models import Dispute, Order
from licensing.services import invoices, receipts, refunds
from licensing.views.sessions import buyer_of
from stockcoop.kernel.access import audience
from stockcoop.kernel.errors import Refused
from stockcoop.kernel.web import page_of, words_of


@audience("treasurer", "board")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Paid orders, newest first; `q` finds one by its number or licensee."""
    words = words_of(request, most=120)
    rows = Order.objects.paid().matching(words).with_lines().select_related("buyer")
    context = {"page": page_of(request, rows, per=30), "words": words}
    return render(request, "licensing/treasury_orders.html", context)


@audience("treasurer", "board")
@require_http_methods(["GET", "HEAD", "POST"])
def order(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One paid order, and the form that refunds lines of it."""
    shown = get_object_or_404(Order.objects.paid().select_related("buyer"), uuid=uuid)
    form = RefundForm(request.POST if request.method == "POST" else None, order=shown)
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                _refund(request, shown, form)
            except Refused as refusal:
                form.add_error(None, refusal.message)
                status = refusal.status
            else:
                return redirect("licensing:treasury_order", uuid)
    disputes = Dispute.objects.filter(payment__order=shown)
    context = {
        "order": shown,
        "receipt": receipts.of(shown),
        "documents": Invoice.objects.about(invoices.name_of(shown)),
        "form": form,
        "disputes": disputes,
    }
    return render(request, "licensing/treasury_order.html", context, status=status)


def _refund(request: HttpRequest, order: Order, form: RefundForm) -> None:
    lines = list(order.lines.filter(uuid__in=form.cleaned_data["lines"]))
    refunds.give_back(
        order=order,
        lines=lines,
        reason=form.cleaned_data["reason"],
        by=buyer_of(request),
        at=timezone.now(),
    )
    licences = "licence" if len(lines) == 1 else "licences"
    messages.success(request, f"{len(lines)} {licences} refunded and revoked.")
