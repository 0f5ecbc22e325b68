"""Pages of the projects of a team."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from stockcoop.kernel.access import audience
from stockcoop.kernel.errors import Refused
from teams.forms import ProjectForm
from teams.models import Project, Team
from teams.services import projects
from teams.views.asking import asker


@audience("account")
@require_POST
def begin(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Begin a project."""
    team = get_object_or_404(Team.objects.managed_by(asker(request)), uuid=uuid)
    form = ProjectForm(request.POST)
    if form.is_valid():
        try:
            projects.begin(team=team, **form.cleaned_data, by=asker(request), at=timezone.now())
        except Refused as refusal:
            form.add_error("name", refusal.message)
        else:
            return redirect("teams:team", uuid)
    context = {"team": team, "form": form}
    return render(request, "teams/project.html", context, status=422)


@audience("account")
@require_http_methods(["GET", "HEAD", "POST"])
def project(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A project's name, client and budget, for managers to change."""
    shown = _managed(request, uuid)
    form = ProjectForm(request.POST) if request.method == "POST" else ProjectForm.of(shown)
    if form.is_bound and form.is_valid():
        try:
            projects.change(
                project=shown, **form.cleaned_data, by=asker(request), at=timezone.now()
            )
        except Refused as refusal:
            form.add_error("name", refusal.message)
        else:
            messages.success(request, "Saved.")
            return redirect("teams:team", shown.team.uuid)
    context = {"team": shown.team, "project": shown, "form": form}
    return render(request, "teams/project.html", context, status=422 if form.is_bound else 200)


@audience("account")
@require_POST
def close(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Close a project; one that is closed opens again."""
    shown = _managed(request, uuid)
    act = projects.close if "close" in request.POST else projects.reopen
    act(project=shown, by=asker(request), at=timezone.now())
    return redirect("teams:team", shown.team.uuid)


def _managed(request: HttpRequest, uuid: UUID) -> Project:
    teams = Team.objects.managed_by(asker(request)).values("pk")
    mine = Project.objects.of(asker(request)).filter(team__in=teams)
    return get_object_or_404(mine, uuid=uuid)
