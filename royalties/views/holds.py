"""Holds of payouts: the published reasons, and what the treasurer places and ends."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from members.rules.roles import Role
from royalties.forms.terms import EndHoldForm, HoldForm
from royalties.models import HoldReason, PayoutHold
from royalties.services import holds
from royalties.views.asking import signed_in
from stockcoop.kernel.access import audience
from stockcoop.kernel.errors import Refused


@audience("anyone")
@require_GET
def hold_reasons(request: HttpRequest) -> HttpResponse:
    """Every reason for which payouts can be held, and how many holds stand by it; no names."""
    context = {"published": holds.published(timezone.now())}
    return render(request, "royalties/hold_reasons.html", context)


@audience("treasurer", "board")
@require_GET
def payout_holds(request: HttpRequest) -> HttpResponse:
    """The holds that stand, and the form to place one."""
    return _page(request)


@audience("treasurer")
@require_POST
def place_hold(request: HttpRequest) -> HttpResponse:
    """Hold a member's payouts for a published reason."""
    now = timezone.now()
    form = HoldForm(request.POST, reasons=HoldReason.objects.in_force(now))
    if not form.is_valid():
        return _page(request, form=form)
    try:
        holds.place(**form.cleaned_data, by=signed_in(request), at=now)
    except Refused as refusal:
        return _page(request, refusal, form=form)
    messages.success(request, "The payouts are held, and the member was told why.")
    return redirect("royalties:payout_holds")


@audience("treasurer")
@require_POST
def end_hold(request: HttpRequest, pk: int) -> HttpResponse:
    """End a hold before its last day."""
    hold = get_object_or_404(PayoutHold.objects.select_related("member"), pk=pk)
    form = EndHoldForm(request.POST)
    why = form.cleaned_data["why"] if form.is_valid() else "Ended by the treasurer"
    try:
        holds.end(hold=hold, why=why, by=signed_in(request), at=timezone.now())
    except Refused as refusal:
        return _page(request, refusal)
    messages.success(request, "The hold has ended; the balance is due with the next run.")
    return redirect("royalties:payout_holds")


def _page(
    request: HttpRequest, refusal: Refused | None = None, *, form: HoldForm | None = None
) -> HttpResponse:
    now = timezone.now()
    is_treasurer = signed_in(request).has_role(Role.TREASURER)
    standing = PayoutHold.objects.standing(timezone.localdate(now))
    empty = HoldForm(reasons=HoldReason.objects.in_force(now))
    context = {
        "holds": standing.select_related("member", "placed_by", "reason"),
        "form": (form or empty) if is_treasurer else None,
        "refusal": refusal,
    }
    status = refusal.status if refusal else 422 if form and form.errors else 200
    return render(request, "royalties/payout_holds.html", context, status=status)
