"""The editors' desk: the queue, one work with what decides about it, and the decisions."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from media.forms import DecisionForm
from media.models import ReviewReason, Work
from media.rules.states import State
from media.services import queue, reviews
from media.views import signed_in
from members.models import User
from stockcoop.kernel.access import audience
from stockcoop.kernel.errors import Refused
from stockcoop.kernel.web import page_of


@audience("editor")
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """Works that wait, oldest first, and the asker's latest decisions."""
    now = timezone.now()
    waiting = queue.waiting()
    context = {
        "page": page_of(request, waiting),
        "first": waiting.first(),
        "number": waiting.count(),
        "median_wait": queue.median_wait(now),
        "decided": reviews.latest_of(signed_in(request), now),
        "now": now,
    }
    return render(request, "media/queue.html", context)


@audience("editor")
@require_GET
def review(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One work, large, with its facts, its history and the decision form."""
    return _review_page(request, _handed_in(uuid))


@audience("editor")
@require_POST
def publish(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take the work into the collection."""
    return _decided(request, uuid, State.PUBLISHED)


@audience("editor")
@require_POST
def send_back(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Return the work to its artist."""
    return _decided(request, uuid, State.RETURNED)


@audience("editor")
@require_POST
def decline(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Turn the work down."""
    return _decided(request, uuid, State.DECLINED)


@audience("editor")
@require_POST
def undo(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Put a work back that the asker has just decided about."""
    work = reviews.undo(work=_handed_in(uuid), editor=signed_in(request), at=timezone.now())
    messages.success(request, f"“{work}” is in the queue again.")
    return redirect("media:review", uuid)


def _handed_in(uuid: UUID) -> Work:
    works = Work.objects.handed_in().select_related("owner").with_renditions()
    return get_object_or_404(works, uuid=uuid)


def _decided(request: HttpRequest, uuid: UUID, decision: State) -> HttpResponse:
    work, at = _handed_in(uuid), timezone.now()
    form = DecisionForm(request.POST, reasons=ReviewReason.objects.in_force(at))
    if not form.is_valid():
        return _review_page(request, work, form=form, status=422)
    _, following = queue.neighbours(work)
    work.submitted_at = form.cleaned_data["handed_in"]
    try:
        _decide(decision, work, signed_in(request), form, at)
    except Refused as error:
        return _review_page(request, _handed_in(uuid), form=form, refusal=error)
    messages.success(request, f"“{work}” is {reviews.in_one_word(decision)}.")
    following = following or queue.waiting().first()
    return redirect("media:review", following.uuid) if following else redirect("media:review_queue")


def _decide(decision: State, work: Work, editor: User, form: DecisionForm, at: datetime) -> None:
    reasons, note = form.cleaned_data["reasons"], form.cleaned_data["note"]
    if decision is State.PUBLISHED:
        reviews.publish(work=work, editor=editor, at=at)
    elif decision is State.RETURNED:
        reviews.send_back(work=work, editor=editor, reasons=reasons, note=note, at=at)
    else:
        reviews.decline(work=work, editor=editor, reasons=reasons, note=note, at=at)


def _review_page(
    request: HttpRequest,
    work: Work,
    *,
    form: DecisionForm | None = None,
    refusal: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    now, editor = timezone.now(), signed_in(request)
    before, after = queue.neighbours(work)
    history = reviews.history(work)
    context: dict[str, Any] = {
        "work": work,
        "form": form or _fresh_form(work),
        "is_waiting": work.state == State.IN_REVIEW,
        "is_own": reviews.shares_in(work, editor),
        "can_undo": bool(history) and reviews.can_undo(history[-1].event, editor, now),
        "history": history,
        "lookalikes": queue.lookalikes(work),
        "before": before,
        "after": after,
        "refusal": refusal,
        "now": now,
    }
    return render(
        request, "media/review.html", context, status=refusal.status if refusal else status
    )


def _fresh_form(work: Work) -> DecisionForm:
    return DecisionForm(
        reasons=ReviewReason.objects.in_force(timezone.now()),
        # As text with its microseconds, which the widget would cut off.
        initial={"handed_in": work.submitted_at.isoformat() if work.submitted_at else ""},
    )
