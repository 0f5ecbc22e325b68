"""Payout runs: proposed by the treasurer, decided by somebody else, followed to the last payout."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from members.rules.roles import Role
from royalties.models import Payout, PayoutReturn, PayoutRun, PayoutTerms
from royalties.rules import chart
from royalties.rules.payouts import RunState
from royalties.services import below_zero, names, payouts, runs
from royalties.views.asking import signed_in
from royalties.views.deciding import decided
from stockcoop.kernel.access import audience
from stockcoop.kernel.errors import Refused
from stockcoop.kernel.money import Money, total
from stockcoop.kernel.web import page_of


@audience("treasurer", "board")
@require_GET
def payout_runs(request: HttpRequest) -> HttpResponse:
    """Who is due what, and every run so far."""
    return _runs_page(request)


@audience("treasurer")
@require_POST
def propose(request: HttpRequest) -> HttpResponse:
    """Propose to pay everybody who is due."""
    try:
        run = runs.propose(proposed_by=signed_in(request), at=timezone.now())
    except Refused as refusal:
        return _runs_page(request, refusal)
    messages.success(request, "The run is proposed. Somebody else has to approve it.")
    return redirect("royalties:payout_run", pk=run.pk)


@audience("treasurer", "board")
@require_GET
def payout_run(request: HttpRequest, pk: int) -> HttpResponse:
    """A run: who gets how much, who decided, and where each payout is."""
    return _run_page(request, _run(pk))


@audience("treasurer", "board")
@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve a run that somebody else proposed."""
    return _decide(request, pk, runs.approve, "Approved. The payouts are on their way.")


@audience("treasurer", "board")
@require_POST
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    """Reject a run, or withdraw one's own."""
    return _decide(request, pk, runs.reject, "Rejected. Nobody is paid by this run.")


@audience("treasurer")
@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Try a failed payout again."""
    return _again(request, pk, payouts.retry, "The payout is tried again.")


@audience("treasurer")
@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a failed payout up; the sum stays in the member's balance."""
    return _again(request, pk, payouts.drop, "Given up. The sum stays in the member's balance.")


def _run(pk: int) -> PayoutRun:
    return get_object_or_404(PayoutRun.objects.select_related("proposed_by", "decided_by"), pk=pk)


def _decide(request: HttpRequest, pk: int, decide: Callable[..., None], done: str) -> HttpResponse:
    def page(refusal: Refused) -> HttpResponse:
        return _run_page(request, _run(pk), refusal)

    act, to = partial(decide, run=_run(pk)), redirect("royalties:payout_run", pk=pk)
    return decided(request, act, done, page=page, to=to)


def _again(request: HttpRequest, pk: int, act: Callable[..., None], done: str) -> HttpResponse:
    payout = get_object_or_404(Payout, pk=pk)
    try:
        act(payout=payout)
    except Refused as refusal:
        return _run_page(request, _run(payout.run_id), refusal)
    messages.success(request, done)
    return redirect("royalties:payout_run", pk=payout.run_id)


def _runs_page(request: HttpRequest, refusal: Refused | None = None) -> HttpResponse:
    now = timezone.now()
    due = _due(now)
    named = names.of_accounts(chart.member(member) for member, _ in due)
    carried = below_zero.carried()
    below = names.of_accounts(chart.member(member) for member, _ in carried)
    terms = PayoutTerms.objects.in_force(now).first()
    context = {
        "due": [(named[chart.member(member)], amount) for member, amount in due],
        "due_total": total((amount for _, amount in due), due[0][1].currency) if due else None,
        "terms": terms,
        "page": page_of(
            request,
            PayoutRun.objects.select_related("proposed_by", "decided_by").prefetch_related(
                "payouts"
            ),
            per=20,
        ),
        "troubled": Payout.objects.troubled().select_related("member"),
        "stuck_returns": PayoutReturn.objects.stuck().select_related("payout__member"),
        "below_zero": [(below[chart.member(m)], amount) for m, amount in carried],
        "may_propose": signed_in(request).has_role(Role.TREASURER),
        "refusal": refusal,
    }
    status = refusal.status if refusal else 200
    return render(request, "royalties/payouts.html", context, status=status)


def _due(now: datetime) -> list[tuple[int, Money]]:
    try:
        return list(runs.candidates(now))
    except runs.NothingDue:
        return []


def _run_page(request: HttpRequest, run: PayoutRun, refusal: Refused | None = None) -> HttpResponse:
    user = signed_in(request)
    context = {
        "run": run,
        "payouts": run.payouts.select_related("member", "returned").prefetch_related("parts"),
        "is_open": run.state == RunState.PROPOSED,
        "is_own": run.proposed_by_id == user.pk,
        "may_send": user.has_role(Role.TREASURER),
        "refusal": refusal,
    }
    status = refusal.status if refusal else 200
    return render(request, "royalties/payout_run.html", context, status=status)
