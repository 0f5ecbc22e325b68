"""The artist's works: all of them, one of them, several at once."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRefresh

from media.forms import AppealForm, BatchForm, DescribeForm
from media.models import Work
from media.rules.states import BEFORE_INGEST, DESCRIBABLE, State, may_move
from media.services import ingest, reviews, sensitive, works
from media.services import split_figures as seen_splits
from media.services.splits import UNSHARED
from media.views import asked_by_htmx, signed_in
from members.rules.roles import Role
from stockcoop.kernel import files
from stockcoop.kernel.access import audience
from stockcoop.kernel.errors import Refused
from stockcoop.kernel.web import page_of

MOST_AT_ONCE = 200
SHELVES: dict[str, tuple[str, tuple[State, ...]]] = {
    "under-way": ("Under way", (State.UPLOADING, State.INGESTING)),
    "drafts": ("Drafts", (State.DRAFT,)),
    "returned": ("Returned", (State.RETURNED,)),
    "in-review": ("With the editors", (State.IN_REVIEW,)),
    "published": ("Published", (State.PUBLISHED,)),
    "declined": ("Declined", (State.DECLINED,)),
    "refused": ("Not taken", (State.REFUSED,)),
    "withdrawn": ("Withdrawn", (State.WITHDRAWN,)),
}
"""The parts of "my works" as `?state=` names them: label and states."""


@audience("account")
@require_GET
def shelf(request: HttpRequest) -> HttpResponse:
    """My works, newest first; `?state=` shows one shelf, drafts can be chosen together.

    Who left the co-op still sees theirs; who never had one is shown the way in.
    """
    user = signed_in(request)
    mine, is_artist = Work.objects.owned_by(user), user.has_role(Role.ARTIST)
    if not is_artist and not mine.exists():
        return redirect("members:apply")
    current = request.GET.get("state", "")
    if current not in SHELVES:
        current = ""
    shown = mine.filter(state__in=SHELVES[current][1]) if current else mine
    page = page_of(request, shown.with_renditions().order_by("-created_at", "-pk"))
    context = {
        "page": page,
        "shelves": _shelves(mine, current),
        "current": current,
        "is_artist": is_artist,
        "choosable": [work.pk for work in page if is_artist and work.state in DESCRIBABLE],
        "without_picture": BEFORE_INGEST,
    }
    return render(request, "media/works.html", context)


@audience("account")
@require_http_methods(["GET", "POST"])
def work(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One work; POST stores what an artist says about it and, if asked, hands it in."""
    own = _own(request, uuid)
    if request.method != "POST":
        return _reading(request, own) if asked_by_htmx(request) else _work_page(request, own)
    if not signed_in(request).has_role(Role.ARTIST):
        raise PermissionDenied("Only members hand works in.")
    form = DescribeForm(request.POST)
    if not form.is_valid():
        return _work_page(request, own, form=form, status=422)
    at = timezone.now()
    try:
        said = works.describe(
            work=own, facts=form.facts(), editorial=form.cleaned_data["editorial"]
        )
        if request.POST.get("then") == "submit":
            said = works.submit(work=said, at=at)
    except Refused as error:
        own.refresh_from_db()
        return _work_page(request, own, form=form, refusal=error)
    handed_in = said.state == State.IN_REVIEW
    messages.success(request, f"“{said}” is {'with the editors' if handed_in else 'saved'}.")
    return redirect("media:work", uuid)


@audience("account")
@require_POST
def withdraw(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take a work out for good."""
    own = works.withdraw(work=_own(request, uuid), at=timezone.now())
    messages.success(request, f"“{own}” is withdrawn.")
    return redirect("media:work", uuid)


@audience("artist")
@require_POST
def appeal(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Ask for the second look."""
    own, form = _own(request, uuid), AppealForm(request.POST)
    if not form.is_valid():
        return _work_page(request, own, appeal=form, status=422)
    works.appeal(work=own, note=form.cleaned_data["note"], at=timezone.now())
    messages.success(request, f"The editors will look at “{own}” again.")
    return redirect("media:work", uuid)


@audience("artist")
@require_http_methods(["GET", "POST"])
def batch(request: HttpRequest) -> HttpResponse:
    """Say the same about the works named by `?work=`, and hand them in together if asked."""
    chosen = _chosen(request)
    if not chosen:
        messages.warning(request, "Choose drafts or returned works first.")
        return redirect("media:works")
    form = BatchForm(request.POST) if request.method == "POST" else BatchForm()
    refusal = None
    if form.is_valid():
        try:
            count = _amend(request, chosen, form)
        except Refused as error:
            refusal = error
        else:
            messages.success(request, f"{count} works are saved.")
            return redirect("media:works")
    context = {"form": form, "chosen": chosen, "refusal": refusal}
    return render(request, "media/batch.html", context, status=refusal.status if refusal else 200)


@audience("account")
@require_GET
def original(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """The file as it came: to its owner, and to editors once it was handed in."""
    user = signed_in(request)
    seen = Q(owner=user)
    if user.has_role(Role.EDITOR):
        seen |= Q(submitted_at__isnull=False)
    found = get_object_or_404(Work.objects.filter(seen).exclude(state__in=BEFORE_INGEST), uuid=uuid)
    return files.private(found.original_key, media_type=found.media_type, name=found.original_name)


def _reading(request: HttpRequest, own: Work) -> HttpResponse:
    """How far the reading of the file is; once it has ended, the whole page anew."""
    if own.state != State.INGESTING:
        return HttpResponseClientRefresh()
    context = {"work": own, "percent": ingest.read_percent(own)}
    return render(request, "media/components/reading.html", context)


def _own(request: HttpRequest, uuid: UUID) -> Work:
    return get_object_or_404(Work.objects.owned_by(signed_in(request)), uuid=uuid)


def _chosen(request: HttpRequest) -> list[Work]:
    asked = request.POST.getlist("work") or request.GET.getlist("work")
    uuids = []
    for text in asked[:MOST_AT_ONCE]:
        try:
            uuids.append(UUID(text))
        except ValueError:
            continue
    mine = Work.objects.owned_by(signed_in(request)).in_state(*DESCRIBABLE)
    return list(mine.filter(uuid__in=uuids).with_renditions())


def _amend(request: HttpRequest, chosen: Sequence[Work], form: BatchForm) -> int:
    submit_at = timezone.now() if request.POST.get("then") == "submit" else None
    return len(works.amend(works=chosen, facts=form.facts(), submit_at=submit_at))


def _shelves(mine: Any, current: str) -> list[dict[str, Any]]:
    """One tab per shelf that holds something, and "All" before them."""
    counts = dict(mine.values_list("state").annotate(Count("pk")).order_by())
    tabs = [{"label": "All", "query": "", "number": sum(counts.values()), "current": not current}]
    for name, (label, states) in SHELVES.items():
        number = sum(counts.get(state.value, 0) for state in states)
        if number or name == current:
            query = f"?state={name}"
            tabs.append(
                {"label": label, "query": query, "number": number, "current": name == current}
            )
    return tabs


def _work_page(
    request: HttpRequest,
    own: Work,
    *,
    refusal: Refused | None = None,
    status: int = 200,
    **forms: Any,
) -> HttpResponse:
    state = State(own.state)
    context = {
        "work": own,
        "form": DescribeForm.of(own),
        "appeal": AppealForm() if state is State.DECLINED and not works.appealed(own) else None,
        "describable": state in DESCRIBABLE and signed_in(request).has_role(Role.ARTIST),
        "withdrawable": may_move(state, State.WITHDRAWN),
        "has_picture": state not in BEFORE_INGEST,
        "history": reviews.history(own),
        "read_percent": ingest.read_percent(own),
        "refusal": refusal,
        "sensitive": sensitive.said(own) if own.state not in UNSHARED else None,
        "split": seen_splits.now(own, timezone.now()) if own.state not in UNSHARED else None,
        **forms,
    }
    return render(request, "media/work.html", context, status=refusal.status if refusal else status)
