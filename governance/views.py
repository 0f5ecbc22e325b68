"""Pages about votes and by-laws."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from governance.forms import BallotForm
from governance.models import ByLaws, Proposal
from governance.rules import tally
from governance.services import ballots
from governance.services import proposals as voting
from members.models import User
from stockcoop.kernel.access import audience
from stockcoop.kernel.errors import Refused
from stockcoop.kernel.web import page_of


@audience("member", "board", "treasurer")
@require_GET
def proposals(request: HttpRequest) -> HttpResponse:
    """What is put to the members: open and coming first, then what was decided."""
    now = timezone.now()
    context = {
        "current": Proposal.objects.unclosed().order_by("closes_at", "pk"),
        "page": page_of(request, Proposal.objects.closed(), per=20),
        "now": now,
    }
    return render(request, "governance/proposals.html", context)


@audience("member", "board", "treasurer")
@require_GET
def proposal(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One proposal: the question, the ballot paper while voting is open, the result after it."""
    row = get_object_or_404(Proposal, uuid=uuid)
    now = timezone.now()
    # Whoever looks first does what the worker would do within the minute.
    if row.closed_at is None and now >= row.closes_at:
        voting.close(row, now)
    elif row.electorate is None and now >= row.opens_at:
        voting.enter_electors(proposal=row, at=now)
    return _proposal_page(request, row, None)


@audience("member")
@require_POST
def cast(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Cast the asker's ballot."""
    row = get_object_or_404(Proposal, uuid=uuid)
    form = BallotForm(request.POST, proposal=row)
    if not form.is_valid():
        return _proposal_page(request, row, form, status=422)
    choice = form.cleaned_data["choice"]
    try:
        ballots.cast(proposal=row, member=_asker(request), choice=choice, at=timezone.now())
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return _proposal_page(request, row, form, status=refusal.status)
    messages.success(request, "Your vote is recorded. You can change it until voting ends.")
    return redirect("governance:proposal", uuid=uuid)


@audience("anyone")
@require_GET
def bylaws(request: HttpRequest) -> HttpResponse:
    """The by-laws in words; `?version=` shows one that applied before."""
    wanted = request.GET.get("version")
    try:
        shown = (
            ByLaws.objects.get(number=wanted) if wanted else ByLaws.objects.in_force(timezone.now())
        )
    except (ByLaws.DoesNotExist, ValueError):
        raise Http404("There is no such version of the by-laws.") from None
    context = {"bylaws": shown, "versions": ByLaws.objects.order_by("-number")}
    return render(request, "governance/bylaws.html", context)


def _asker(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _proposal_page(
    request: HttpRequest, row: Proposal, form: BallotForm | None, status: int = 200
) -> HttpResponse:
    user, now = _asker(request), timezone.now()
    is_elector = row.electors.filter(member=user).exists()
    own = ballots.own(proposal=row, member=user)
    is_open = row.closed_at is None and row.is_open_at(now)
    if form is None and is_open and is_elector:
        form = BallotForm(proposal=row, initial={"choice": own.choice} if own else None)
    labels = {choice.code: choice.label for choice in row.choices}
    context: dict[str, Any] = {
        "proposal": row,
        "is_open": is_open,
        "is_elector": is_elector,
        "own": own,
        "own_label": labels[own.choice] if own else "",
        "form": form,
        "turnout": voting.turnout(row),
        "quorum": tally.quorum(row.electorate or 0, row.quorum_bp),
        "bars": _bars(row),
        "winner": labels.get(row.winner, ""),
    }
    return render(request, "governance/proposal.html", context, status=status)


def _bars(row: Proposal) -> list[dict[str, Any]]:
    """One bar per choice of a counted vote."""
    if row.tally is None:
        return []
    tones = {tally.NO: "no", tally.NONE: "no", tally.ABSTAIN: ""}
    return [
        {
            "label": choice.label,
            "votes": row.tally[choice.code],
            "tone": tones.get(choice.code, "yes"),
        }
        for choice in row.choices
    ]
