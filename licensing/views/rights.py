"""The rights ledger, and the records of how a licence is used."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from licensing.forms import UseForm
from licensing.models import Licence
from licensing.models.licences import LicenceQuerySet
from licensing.rules.rights import Used
from licensing.services import ledger, spending, uses
from licensing.views.sessions import buyer_of
from stockcoop.kernel.access import audience
from stockcoop.kernel.errors import Refused
from stockcoop.kernel.web import page_of, words_of
from teams.models import Project, Team


@audience("account")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What the asker and their teams may use, how, and how much of it is used."""
    rows, chosen = _chosen(request)
    page = page_of(request, rows.prefetch_related("line__work__renditions"), per=20)
    context: dict[str, Any] = {
        **chosen,
        "page": page,
        "rights": ledger.read(page),
        "words": words_of(request),
        "projects": Project.objects.of(buyer_of(request)),
        "teams": Team.objects.of(buyer_of(request)),
        "spent": None,
    }
    project = chosen["project"]
    if project and Team.objects.approved_by(buyer_of(request)).filter(pk=project.team_id).exists():
        context["spent"] = spending.spent_for(project)
    return render(request, "licensing/rights.html", context)


@audience("account")
@require_safe
def as_csv(request: HttpRequest) -> HttpResponse:
    """The same, whole, for a spreadsheet."""
    rows, _ = _chosen(request)
    # The mark tells spreadsheets that it is UTF-8.
    content = "\ufeff" + ledger.as_csv(ledger.read(rows))
    name = 'attachment; filename="rights.csv"'
    return HttpResponse(
        content,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": name, "X-Content-Type-Options": "nosniff"},
    )


@audience("account")
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest, number: str) -> HttpResponse:
    """Print runs and people of one licence; POST records one."""
    shown = get_object_or_404(Licence.objects.seen_by(buyer_of(request)), number=number)
    posted = request.POST if request.method == "POST" else None
    form = UseForm(posted, initial={"on": timezone.localdate()})
    if form.is_bound and form.is_valid():
        try:
            _record(request, shown, form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, "Recorded.")
            return redirect("licensing:uses", shown.number)
    context = {
        "right": ledger.read([shown])[0],
        "page": page_of(request, shown.uses.select_related("by").order_by("-at", "-pk"), per=30),
        "form": form,
    }
    return render(request, "licensing/uses.html", context, status=422 if form.is_bound else 200)


def _record(request: HttpRequest, licence: Licence, said: dict[str, Any]) -> None:
    common: dict[str, Any] = {
        "licence": licence,
        "on": said["on"],
        "by": buyer_of(request),
        "at": timezone.now(),
    }
    if said["used"] == Used.PRINTS:
        uses.printed(copies=said["copies"], what=said["what"], **common)
    elif said["used"] == "left":
        uses.left(who=said["who"], **common)
    else:
        uses.joined(who=said["who"], **common)


def _chosen(request: HttpRequest) -> tuple[LicenceQuerySet, dict[str, Any]]:
    """The licences that the query asks for, by project or team, and which those are."""
    rows = Licence.objects.seen_by(buyer_of(request)).matching(words_of(request))
    rows = rows.select_related("line__order__project__team")
    project = team = None
    if request.GET.get("project"):
        mine = Project.objects.of(buyer_of(request))
        project = get_object_or_404(mine, uuid=_uuid(request.GET["project"]))
        rows = rows.filter(line__order__project=project)
    elif request.GET.get("team"):
        teams = Team.objects.of(buyer_of(request))
        team = get_object_or_404(teams, uuid=_uuid(request.GET["team"]))
        rows = rows.filter(line__order__project__team=team)
    return rows, {"project": project, "team": team}


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404("no such row") from error
