"""Pages about the surplus: closed years, plans, one's own part, the vote."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from governance.models import ByLaws
from members.models import User
from members.rules.roles import Role
from royalties.forms.surplus import CloseYearForm, PlanForm, VoteForm
from royalties.models import Distribution, DistributionPlan, YearClose
from royalties.rules import compared
from royalties.rules.explained import Step, steps, weighed
from royalties.rules.law import Law
from royalties.rules.retention import Allotment
from royalties.rules.surplus import Plan
from royalties.rules.words import percent
from royalties.services import distributions, patronage
from royalties.services import surplus as closing
from royalties.views import trail
from royalties.views.asking import entries_for, sees_all, signed_in
from stockcoop.kernel.access import audience
from stockcoop.kernel.errors import Refused
from stockcoop.kernel.money import Money, total
from stockcoop.kernel.web import page_of


@dataclass(frozen=True, slots=True)
class OwnPart:
    """What the asker gets from one class by a plan, and how it comes about."""

    share_class: str
    amount: Money
    steps: list[Step]


@dataclass(frozen=True, slots=True)
class PlanShown:
    """A plan as a page shows it to the asker."""

    row: DistributionPlan
    plan: Plan
    bars: list[dict[str, Any]]
    own: list[OwnPart]
    own_total: Money
    paid: Allotment


@audience("member", "board", "treasurer")
@require_GET
def surplus(request: HttpRequest) -> HttpResponse:
    """Closed years, newest first; the treasurer closes another."""
    return _years_page(request)


@audience("treasurer")
@require_POST
def close_year(request: HttpRequest) -> HttpResponse:
    """Close a year."""
    now = timezone.now()
    form = CloseYearForm(request.POST, years=closing.open_years(now))
    if not form.is_valid():
        return _years_page(request, form, status=422)
    year = form.cleaned_data["year"]
    try:
        close = closing.close_year(year=year, by=signed_in(request), at=now)
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return _years_page(request, form, status=refusal.status)
    messages.success(request, f"{year} is closed with a result of {close.surplus}.")
    return redirect("royalties:surplus_year", year=year)


@audience("member", "board", "treasurer")
@require_GET
def surplus_year(request: HttpRequest, year: int) -> HttpResponse:
    """A closed year: its result, the plans, one's own part under each, votes, what came of it."""
    close = get_object_or_404(YearClose, year=year)
    # Whoever looks first does what the worker would do within the minute.
    vote = distributions.under_way(close)
    if vote is not None and timezone.now() >= vote.proposal.closes_at:
        distributions.settle(vote=vote, at=timezone.now())
    return _year_page(request, close)


@audience("treasurer")
@require_POST
def make_plan(request: HttpRequest, year: int) -> HttpResponse:
    """Work out a plan and keep it."""
    close = get_object_or_404(YearClose, year=year)
    form = PlanForm(request.POST, law=_law())
    if not form.is_valid():
        return _year_page(request, close, plan_form=form, status=422)
    data = form.cleaned_data
    try:
        plan = distributions.make_plan(
            close=close,
            title=data["title"],
            reason=data["reason"],
            law=data["law"],
            by=signed_in(request),
            at=timezone.now(),
        )
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return _year_page(request, close, plan_form=form, status=refusal.status)
    messages.success(request, f"“{plan.title}” is worked out for every member.")
    return redirect("royalties:surplus_plan", year=year, number=plan.number)


@audience("treasurer")
@require_POST
def open_vote(request: HttpRequest, year: int) -> HttpResponse:
    """Put the chosen plans to the members."""
    close = get_object_or_404(YearClose, year=year)
    form = VoteForm(request.POST, plans=close.plans.all())
    if not form.is_valid():
        return _year_page(request, close, vote_form=form, status=422)
    try:
        vote = distributions.open_vote(
            close=close, plans=form.cleaned_data["plans"], by=signed_in(request), at=timezone.now()
        )
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return _year_page(request, close, vote_form=form, status=refusal.status)
    messages.success(request, "The vote is announced; every elector gets a notice.")
    return redirect("governance:proposal", uuid=vote.proposal.uuid)


@audience("member", "board", "treasurer")
@require_GET
def surplus_plan(request: HttpRequest, year: int, number: int) -> HttpResponse:
    """One plan; the treasurer and the board see every member's figure."""
    plan = get_object_or_404(DistributionPlan, close__year=year, number=number)
    user = signed_in(request)
    context: dict[str, Any] = {
        "close": plan.close,
        "shown": _shown(plan, user, consented=_consented(plan.close, user)),
    }
    if sees_all(user):
        page = page_of(request, plan.shares.select_related("member", "plan__close"), per=100)
        measures = {part.share_class: part.measure for part in Law.read(plan.law).parts}
        context["page"] = page
        context["rows"] = [
            (share, weighed(measures[share.share_class], share.weight, plan.close.currency))
            for share in page
        ]
    return render(request, "royalties/surplus_plan.html", context)


@audience("member", "board", "treasurer")
@require_GET
def compare(request: HttpRequest, year: int) -> HttpResponse:
    """All plans of a year side by side, with the asker's part by each."""
    close = get_object_or_404(YearClose, year=year)
    plans = close.plans.select_related("close").prefetch_related("shares")
    user = signed_in(request)
    consented = _consented(close, user)
    columns = [_shown(row, user, consented=consented) for row in plans]
    context = {
        "close": close,
        "columns": columns,
        "rows": compared.rows([shown.plan for shown in columns]),
    }
    return render(request, "royalties/surplus_compare.html", context)


def _law() -> Law:
    return Law.of_bylaws(ByLaws.objects.in_force(timezone.now()).articles)


def _years_page(
    request: HttpRequest, form: CloseYearForm | None = None, status: int = 200
) -> HttpResponse:
    if form is None and signed_in(request).has_role(Role.TREASURER):
        years = closing.open_years(timezone.now())
        form = CloseYearForm(years=years) if years else None
    context = {
        "years": YearClose.objects.select_related("distribution__plan"),
        "form": form,
    }
    return render(request, "royalties/surplus.html", context, status=status)


def _year_page(
    request: HttpRequest,
    close: YearClose,
    *,
    plan_form: forms.Form | None = None,
    vote_form: forms.Form | None = None,
    status: int = 200,
) -> HttpResponse:
    user = signed_in(request)
    done = Distribution.objects.filter(close=close).select_related("plan", "entry").first()
    under_way, consented = distributions.under_way(close), _consented(close, user)
    rows = close.plans.select_related("close").prefetch_related("shares")
    if user.has_role(Role.TREASURER) and done is None and close.surplus.minor > 0:
        plan_form = plan_form or PlanForm(law=_law())
        if under_way is None and rows:
            vote_form = vote_form or VoteForm(plans=close.plans.all())
    context = {
        "close": close,
        "plans": [_shown(row, user, consented=consented) for row in rows],
        "votes": close.votes.select_related("proposal").order_by("-number"),
        "under_way": under_way,
        "distribution": done,
        "entry_open": done is not None and entries_for(user).filter(pk=done.entry_id).exists(),
        "ways": [(f"Your year {close.year}", trail.to_year(close.year, None))],
        "plan_form": plan_form,
        "vote_form": vote_form,
    }
    return render(request, "royalties/surplus_year.html", context, status=status)


def _consented(close: YearClose, user: User) -> bool:
    """Whether the asker's consent counts: that of now, or of when the surplus was distributed."""
    done = Distribution.objects.filter(close=close).first()
    return patronage.has_consented(user, done.at if done else timezone.now())


def _shown(row: DistributionPlan, user: User, *, consented: bool) -> PlanShown:
    plan = row.value()
    own = [
        OwnPart(
            share_class=share.slice.part.share_class,
            amount=share.amount,
            steps=steps(plan, share, year=row.close.year),
        )
        for share in plan.shares
        if share.member == user.pk
    ]
    currency = plan.surplus.currency
    own_total = total((part.amount for part in own), currency)
    paid = plan.law.retention.allot(own_total, consented=consented)
    return PlanShown(row, plan, _bars(plan), own, own_total, paid)


def _bars(plan: Plan) -> list[dict[str, Any]]:
    """Where the surplus goes, for the bar of parts."""
    steps: list[dict[str, Any]] = [
        {"label": taken.name, "money": taken.amount, "note": taken.why} for taken in plan.taken
    ]
    return [
        *steps,
        *(
            {
                "label": f"Class {slice.part.share_class}",
                "money": slice.amount,
                "note": f"{percent(slice.part.part_bp)} of the rest"
                + (", to the reserve: nobody is entitled" if slice.vacant else ""),
            }
            for slice in plan.slices
        ),
    ]
