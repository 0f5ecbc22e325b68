"""Redeeming retained patronage: the treasurer proposes, somebody else decides."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from members.rules.roles import Role
from royalties.models import RedemptionRun
from royalties.rules import chart
from royalties.rules.redemption import Held
from royalties.services import names, redemptions, standing
from royalties.views.asking import signed_in
from royalties.views.deciding import decided
from stockcoop.kernel.access import audience
from stockcoop.kernel.errors import Refused
from stockcoop.kernel.money import Money
from stockcoop.kernel.web import page_of


@audience("treasurer", "board")
@require_GET
def redemption_runs(request: HttpRequest) -> HttpResponse:
    """What is due, what is suspended, and every list so far."""
    return _page(request)


@audience("treasurer")
@require_POST
def propose(request: HttpRequest) -> HttpResponse:
    """Propose to redeem what is due."""
    try:
        redemptions.propose(proposed_by=signed_in(request), at=timezone.now())
    except Refused as refusal:
        return _page(request, refusal)
    messages.success(request, "The list is proposed. Somebody else has to approve it.")
    return redirect("royalties:redemptions")


@audience("treasurer", "board")
@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve a list that somebody else proposed."""
    return _decide(request, pk, redemptions.approve, "Approved. It is owed to the members now.")


@audience("treasurer", "board")
@require_POST
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    """Reject a list, or withdraw one's own."""
    return _decide(request, pk, redemptions.reject, "Rejected. Nothing is redeemed by it.")


def _decide(request: HttpRequest, pk: int, decide: Callable[..., None], done: str) -> HttpResponse:
    act = partial(decide, run=get_object_or_404(RedemptionRun, pk=pk))
    page = partial(_page, request)
    return decided(request, act, done, page=page, to=redirect("royalties:redemptions"))


def _page(request: HttpRequest, refusal: Refused | None = None) -> HttpResponse:
    user, now = signed_in(request), timezone.now()
    terms, due = redemptions.schedule(now), redemptions.falling_due(now)
    capital = standing.capital()
    runs = RedemptionRun.objects.select_related("proposed_by", "decided_by")
    waiting = runs.waiting().first()
    context = {
        "capital": capital,
        "floor": Money(terms.capital_floor_minor, capital.currency) if terms else None,
        "terms": terms,
        "due": _named(due.redeemed),
        "suspended": _named(due.suspended),
        "waiting": waiting,
        "is_own": waiting is not None and waiting.proposed_by_id == user.pk,
        "may_propose": user.has_role(Role.TREASURER) and waiting is None,
        "page": page_of(request, runs.prefetch_related("redemptions__notice"), per=20),
        "refusal": refusal,
    }
    status = refusal.status if refusal else 200
    return render(request, "royalties/redemptions.html", context, status=status)


def _named(holdings: tuple[Held, ...]) -> list[tuple[str, Held]]:
    named = names.of_accounts(chart.member(held.member) for held in holdings)
    return [(named[chart.member(held.member)], held) for held in holdings]
