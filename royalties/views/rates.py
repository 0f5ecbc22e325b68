"""What the co-op keeps of which sales: in force, coming and past."""

from datetime import datetime

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from members.rules.roles import Role
from royalties.forms.rates import EndRateForm, RateForm
from royalties.models import RoyaltyRate
from royalties.rules import words
from royalties.services import rates as setting
from royalties.views.asking import signed_in
from stockcoop.kernel.access import audience
from stockcoop.kernel.errors import Refused
from stockcoop.kernel.web import page_of


@audience("treasurer", "board")
@require_http_methods(["GET", "HEAD", "POST"])
def rates(request: HttpRequest) -> HttpResponse:
    """All rates, the latest first; the treasurer sets some for a work or a promotion."""
    user = signed_in(request)
    if request.method != "POST":
        return _page(request, RateForm())
    if not user.has_role(Role.TREASURER):
        raise PermissionDenied("Only the treasurer sets rates.")
    form = RateForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        setting.set_rate(
            wanted=form.wanted(), reason=form.cleaned_data["reason"], by=user, at=timezone.now()
        )
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return _page(request, form, status=refusal.status)
    messages.success(request, "The rate is set.")
    return redirect("royalties:rates")


@audience("treasurer")
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End the rate of a work or a promotion, with a reason."""
    rate = get_object_or_404(RoyaltyRate.objects.select_related("work", "end"), pk=pk)
    form = EndRateForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                setting.end(
                    rate=rate, by=signed_in(request), at=timezone.now(), **form.cleaned_data
                )
            except Refused as refusal:
                form.add_error(None, refusal.message)
                status = refusal.status
            else:
                messages.success(request, "The rate has ended.")
                return redirect("royalties:rates")
    context = {"rate": rate, "form": form}
    return render(request, "royalties/end_rate.html", context, status=status)


def _page(request: HttpRequest, form: forms.Form, *, status: int = 200) -> HttpResponse:
    at = timezone.now()
    may_set = signed_in(request).has_role(Role.TREASURER)
    found = RoyaltyRate.objects.select_related("work", "set_by", "end__ended_by")
    page = page_of(request, found.order_by("-in_force_from", "-pk"), per=40)
    context = {
        "page": page,
        "rows": [
            {
                "rate": rate,
                "words": rate.rule.words,
                "percent": words.percent(rate.coop_rate_bp),
                "until": rate.rule.ends,
                "state": _state(rate, at),
                "may_end": may_set and _may_end(rate, at),
            }
            for rate in page
        ],
        "form": form if may_set else None,
    }
    return render(request, "royalties/rates.html", context, status=status)


def _state(rate: RoyaltyRate, at: datetime) -> str:
    """What a rate is at `at`, in a word."""
    if rate.in_force_from > at:
        return "coming"
    if rate.rule.ends is not None and rate.rule.ends <= at:
        return "past"
    same = RoyaltyRate.objects.begun(at).filter(
        licence_kind=rate.licence_kind,
        share_class=rate.share_class,
        work=rate.work_id,
        promotion=rate.promotion,
        in_force_from__gt=rate.in_force_from,
    )
    return "past" if same.exists() else "in force"


def _may_end(rate: RoyaltyRate, at: datetime) -> bool:
    ends = rate.rule.ends
    return bool(rate.work_id or rate.promotion) and (ends is None or ends > at)
