"""Who shares in a work: what is proposed, what is asked of whom, and how it was before."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import BaseFormSet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from media.forms import ShareForm, ShareFormSet, SplitDateForm, shares_in
from media.models import SplitAsked, SplitRole, Work
from media.services import split_figures, splits
from media.views import signed_in
from stockcoop.kernel.access import audience
from stockcoop.kernel.errors import Refused
from stockcoop.kernel.web import page_of

Rows = BaseFormSet[ShareForm]


@audience("account")
@require_http_methods(["GET", "HEAD", "POST"])
def split(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The split of a work and its history, for all concerned; POST proposes another, for its owner.

    `then=look` shows the figures of what is filled in and proposes nothing.
    """
    work = _concerning(request, uuid)
    if request.method != "POST":
        return _page(request, work)
    if work.owner_id != signed_in(request).pk:
        raise Http404
    rows, date = _rows(work, request.POST), SplitDateForm(request.POST)
    if not (rows.is_valid() and date.is_valid()):
        return _page(request, work, rows=rows, date=date, status=422)
    shares = shares_in(rows)
    if request.POST.get("then") == "look":
        look = split_figures.shown(shares) if shares else None
        return _page(request, work, rows=rows, date=date, look=look)
    try:
        version = splits.propose(
            work=work, shares=shares, not_before=date.not_before(), clock=timezone.now
        )
    except Refused as refusal:
        return _page(request, work, rows=rows, date=date, refusal=refusal, status=refusal.status)
    waits = version.asked.waiting().exists()
    messages.success(
        request, "All concerned are asked to agree." if waits else "The split is agreed."
    )
    return redirect("media:split", uuid)


@audience("account")
@require_POST
def withdraw(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take the proposed split of one's own work back."""
    own = get_object_or_404(Work.objects.owned_by(signed_in(request)), uuid=uuid)
    open_ = own.splits.open().first()
    if open_ is None:
        raise splits.SplitSettled("No proposed split waits for answers.")
    splits.withdraw(version=open_, clock=timezone.now)
    messages.success(request, "The proposed split is taken back; the one before holds.")
    return redirect("media:split", uuid)


@audience("account")
@require_GET
def asked(request: HttpRequest) -> HttpResponse:
    """The splits that wait for the asker's answer, with what each would change."""
    found = split_figures.questions(signed_in(request), timezone.now())
    context = {"questions": found, "example": split_figures.example()}
    return render(request, "media/asked.html", context)


@audience("account")
@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree to a split, or decline it."""
    mine = SplitAsked.objects.filter(member=signed_in(request))
    found = get_object_or_404(mine.select_related("version__work", "member"), pk=pk)
    said = request.POST.get("answer")
    if said not in ("agree", "decline"):
        raise splits.BadSplit("Say whether you agree.")
    splits.answer(asked=found, agrees=said == "agree", clock=timezone.now)
    done = "You agreed" if said == "agree" else "You declined"
    messages.success(request, f"{done}: “{found.version.work}”.")
    return redirect("media:asked")


@audience("account")
@require_GET
def shared(request: HttpRequest) -> HttpResponse:
    """Works of others in whose earnings the asker shares now."""
    user, at = signed_in(request), timezone.now()
    works = Work.objects.shared_with(user).select_related("owner").with_renditions()
    page = page_of(request, works.order_by("-created_at", "-pk"))
    rows = [{"work": work, "part": _part_of(work, user.pk, at)} for work in page]
    return render(request, "media/shared.html", {"page": page, "rows": rows})


def _part_of(work: Work, member: int, at: Any) -> str:
    """What the member has of `work`, in words; empty when it is nothing now."""
    shares = splits.shares_at(work, at)
    whole = sum(share.weight for share in shares)
    mine = next((share for share in shares if share.member == member), None)
    return f"{mine.weight} of {whole} parts" if mine else ""


def _concerning(request: HttpRequest, uuid: UUID) -> Work:
    user = signed_in(request)
    return get_object_or_404(Work.objects.split_seen_by(user), uuid=uuid)


def _rows(work: Work, data: Any = None) -> Rows:
    at = timezone.now()
    roles = [role.name for role in SplitRole.objects.in_force(at)]
    if data is not None:
        rows: Rows = ShareFormSet(data, prefix="shares", form_kwargs={"roles": roles})
        return rows
    initial = [
        {"who": part.handle, "role": share.role, "weight": share.weight}
        for share, part in split_figures.with_people(splits.shares_at(work, at))
    ]
    return ShareFormSet(initial=initial, prefix="shares", form_kwargs={"roles": roles})


def _page(request: HttpRequest, work: Work, *, status: int = 200, **said: Any) -> HttpResponse:
    at = timezone.now()
    is_own = work.owner_id == signed_in(request).pk
    open_ = work.splits.open().exists()
    context = {
        "work": work,
        "now": split_figures.now(work, at),
        "history": split_figures.history(work, at),
        "example": split_figures.example(),
        "is_own": is_own,
        "open": open_,
        "may_propose": is_own and not open_ and work.state not in splits.UNSHARED,
        "rows": said.get("rows") or _rows(work),
        "date": said.get("date") or SplitDateForm(),
        "look": said.get("look"),
        "refusal": said.get("refusal"),
    }
    return render(request, "media/split.html", context, status=status)
