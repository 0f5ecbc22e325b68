"""The newest comparison of the gateway's account with the ledger."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from licensing.models import Dispute, GatewayEvent, Reconciliation
from licensing.services import gateways, reconcile
from licensing.views.sessions import buyer_of
from members.rules.roles import Role
from stockcoop.kernel.access import audience


@audience("treasurer", "board")
@require_safe
def newest(request: HttpRequest) -> HttpResponse:
    """What the last comparison found, the ones before it, and disputes that are open."""
    kept = Reconciliation.objects.all()[:12]
    context = {
        "newest": kept[0] if kept else None,
        "before": kept[1:],
        "set_up": bool(gateways.telling()),
        "disputes": Dispute.objects.filter(closed_at=None).select_related("payment__order"),
        "waiting": GatewayEvent.objects.filter(handled_at=None).count(),
        "may_compare": buyer_of(request).has_role(Role.TREASURER),
    }
    return render(request, "licensing/reconciliation.html", context)


@audience("treasurer")
@require_POST
def compare(request: HttpRequest) -> HttpResponse:
    """Compare now, in the background."""
    reconcile.queue()
    messages.info(request, "The comparison has begun. Open this page again in a minute.")
    return redirect("licensing:reconciliation")
