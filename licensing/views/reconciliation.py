"""The newest comparison of the gateway's account with the ledger."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from licensing.models import Dispute, GatewayEvent, Reconciliation, Refund
from licensing.services import gateways, reconcile, refunds
from licensing.views.sessions import buyer_of
from members.rules.roles import Role
from stockcoop.kernel.access import audience
from stockcoop.kernel.errors import Refused
from stockcoop.kernel.tries import TRIES


@audience("treasurer", "board")
@require_safe
def newest(request: HttpRequest) -> HttpResponse:
    """What the last comparison found, the ones before it, stuck refunds and open disputes."""
    kept = Reconciliation.objects.all()[:12]
    context = {
        "newest": kept[0] if kept else None,
        "before": kept[1:],
        "set_up": bool(gateways.telling()),
        "disputes": Dispute.objects.filter(closed_at=None).select_related("payment__order"),
        "waiting": GatewayEvent.objects.filter(handled_at=None).count(),
        "stuck": Refund.objects.stuck().select_related("line__order"),
        "tries": TRIES,
        "is_treasurer": buyer_of(request).has_role(Role.TREASURER),
    }
    return render(request, "licensing/reconciliation.html", context)


@audience("treasurer")
@require_POST
def compare(request: HttpRequest) -> HttpResponse:
    """Compare now, in the background."""
    reconcile.queue()
    messages.info(request, "The comparison has begun. Open this page again in a minute.")
    return redirect("licensing:reconciliation")


@audience("treasurer")
@require_POST
def retry_refund(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Ask the gateway again for a refund that is stuck, in the background."""
    try:
        refunds.retry(refund=get_object_or_404(Refund, uuid=uuid))
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.info(request, "The refund is tried again. Open this page again in a minute.")
    return redirect("licensing:reconciliation")
