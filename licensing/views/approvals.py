"""Orders of a team that wait for an approver."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from licensing.forms import ApprovalForm
from licensing.models import Approval, Order
from licensing.services import approvals
from licensing.views.sessions import buyer_of
from stockcoop.kernel.access import audience
from stockcoop.kernel.web import page_of


@audience("account")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What waits for the asker, and what was decided in their teams."""
    return _page(request, ApprovalForm())


@audience("account")
@require_POST
def decide(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Approve or decline an order, with a word."""
    approver = buyer_of(request)
    approval = get_object_or_404(Approval.objects.of(approver), order__uuid=uuid)
    approves = "approve" in request.POST
    form = ApprovalForm(request.POST)
    form.fields["word"].required = not approves
    if not form.is_valid():
        messages.error(request, "Please say in a word why you decline.")
        return _page(request, form, status=422)
    act = approvals.approve if approves else approvals.decline
    act(approval=approval, by=approver, word=form.cleaned_data["word"], at=timezone.now())
    said = "approved" if approves else "declined"
    messages.success(request, f"Order {approval.order.number} is {said}.")
    return redirect("licensing:approvals")


def _page(request: HttpRequest, form: ApprovalForm, status: int = 200) -> HttpResponse:
    mine = Approval.objects.of(buyer_of(request))
    waiting = list(mine.waiting()[:100])
    orders = Order.objects.with_lines().in_bulk([approval.order_id for approval in waiting])
    context = {
        "waiting": [(approval, orders[approval.order_id]) for approval in waiting],
        "page": page_of(request, mine.exclude(approved=None), per=20),
        "form": form,
    }
    return render(request, "licensing/approvals.html", context, status=status)
