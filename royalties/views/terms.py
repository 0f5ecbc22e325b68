"""How a member is paid: their own floor, their country, what holds payouts back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from ledger.services import balances
from royalties.forms.terms import CountryForm, FloorForm
from royalties.models import OwnFloor, PayoutTerms, TaxTerms
from royalties.rules import chart
from royalties.services import below_zero, floors, holds, taxes
from royalties.views.asking import signed_in
from stockcoop.kernel.access import audience
from stockcoop.kernel.errors import Refused


@audience("account")
@require_GET
def payout_terms(request: HttpRequest) -> HttpResponse:
    """When and from which balance the member is paid, what is held, what is withheld and why."""
    return _page(request)


@audience("member")
@require_POST
def choose_floor(request: HttpRequest) -> HttpResponse:
    """Choose a floor of one's own."""
    form = FloorForm(request.POST)
    if not form.is_valid():
        return _page(request, floor=form)
    try:
        floors.choose(
            member=signed_in(request), floor=form.cleaned_data["floor"], at=timezone.now()
        )
    except Refused as refusal:
        return _page(request, refusal, floor=form)
    messages.success(request, f"You are paid from {form.cleaned_data['floor']} on.")
    return redirect("royalties:payout_terms")


@audience("account")
@require_POST
def state_country(request: HttpRequest) -> HttpResponse:
    """State where one pays taxes."""
    form = CountryForm(request.POST)
    if not form.is_valid():
        return _page(request, country=form)
    taxes.state_country(
        member=signed_in(request), country=form.cleaned_data["country"], at=timezone.now()
    )
    messages.success(request, "Thank you. A tax form on file for another country counts no more.")
    return redirect("royalties:payout_terms")


def _page(
    request: HttpRequest,
    refusal: Refused | None = None,
    *,
    floor: FloorForm | None = None,
    country: CountryForm | None = None,
) -> HttpResponse:
    user, now = signed_in(request), timezone.now()
    tax = TaxTerms.objects.in_force(now).first()
    context = {
        "balance": balances.of(chart.member(user.pk)),
        "terms": PayoutTerms.objects.in_force(now).first(),
        "own": OwnFloor.objects.in_force(now).filter(member=user).first(),
        "is_member": user.membership is not None,
        "holds": holds.of_member(member=user, at=now),
        "causes": below_zero.causes(user),
        "profile": taxes.profile_of(member=user, at=now),
        "rules": tax.rules() if tax else [],
        "floor_form": floor or FloorForm(),
        "country_form": country or CountryForm(),
        "refusal": refusal,
    }
    invalid = (floor and floor.errors) or (country and country.errors)
    status = refusal.status if refusal else 422 if invalid else 200
    return render(request, "royalties/payout_terms.html", context, status=status)
