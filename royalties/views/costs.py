"""Costs and other income, as the treasurer books them."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from members.rules.roles import Role
from royalties.forms.costs import CorrectionForm, CostForm
from royalties.models import Cost
from royalties.services import costs as booking
from royalties.views.asking import signed_in
from stockcoop.kernel.access import audience
from stockcoop.kernel.errors import Refused
from stockcoop.kernel.web import page_of


@audience("treasurer", "board")
@require_http_methods(["GET", "POST"])
def costs(request: HttpRequest) -> HttpResponse:
    """What was booked, newest first; the treasurer books more, the board reads."""
    user = signed_in(request)
    if request.method != "POST":
        return _page(request, CostForm(initial={"on": timezone.localdate()}))
    if not user.has_role(Role.TREASURER):
        raise PermissionDenied("Only the treasurer books costs.")
    form = CostForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        cost = booking.record(**form.cleaned_data, recorded_by=user, at=timezone.now())
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return _page(request, form, status=refusal.status)
    messages.success(request, f"{cost.amount} for “{cost.memo}” is booked.")
    return redirect("royalties:costs")


@audience("treasurer")
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a cost back, with a reason."""
    cost = get_object_or_404(Cost.objects.select_related("correction"), pk=pk)
    form = CorrectionForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                booking.correct(
                    cost=cost, by=signed_in(request), at=timezone.now(), **form.cleaned_data
                )
            except Refused as refusal:
                form.add_error(None, refusal.message)
                status = refusal.status
            else:
                messages.success(request, f"“{cost.memo}” is taken back.")
                return redirect("royalties:costs")
    context = {"cost": cost, "form": form}
    return render(request, "royalties/cost_correction.html", context, status=status)


def _page(request: HttpRequest, form: forms.Form, *, status: int = 200) -> HttpResponse:
    rows = Cost.objects.select_related("recorded_by", "correction")
    may_book = signed_in(request).has_role(Role.TREASURER)
    context = {"page": page_of(request, rows, per=30), "form": form if may_book else None}
    return render(request, "royalties/costs.html", context, status=status)
