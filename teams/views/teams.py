"""Pages of a team: its people, bounds, projects and log."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stockcoop.kernel.access import audience
from stockcoop.kernel.errors import Refused
from stockcoop.kernel.web import page_of
from teams.forms import FoundForm, InviteForm, ProjectForm, TeamForm, TeammateForm
from teams.models import Invitation, Team, Teammate
from teams.rules.roles import TeamRole
from teams.services import invitations, teams
from teams.views.asking import asker


@audience("account")
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """The asker's teams; POST founds one."""
    form = FoundForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        team = teams.found(**form.cleaned_data, by=asker(request), at=timezone.now())
        return redirect("teams:team", team.uuid)
    people = Teammate.objects.present().filter(user=asker(request)).select_related("team")
    context = {"people": people.order_by("team__name"), "form": form}
    return render(request, "teams/teams.html", context, status=422 if form.is_bound else 200)


@audience("account")
@require_safe
def team(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One team; what can be changed shows to its managers."""
    return _page(request, get_object_or_404(Team.objects.of(asker(request)), uuid=uuid))


@audience("account")
@require_POST
def settle(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Set the team's names and bounds."""
    shown, form = _managed(request, uuid), TeamForm(request.POST)
    if not form.is_valid():
        return _page(request, shown, settings=form)
    teams.settle(team=shown, **form.cleaned_data, by=asker(request), at=timezone.now())
    messages.success(request, "Saved.")
    return redirect("teams:team", uuid)


@audience("account")
@require_POST
def invite(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Ask somebody into the team by mail."""
    shown, form = _managed(request, uuid), InviteForm(request.POST)
    if not form.is_valid():
        return _page(request, shown, invite=form)
    try:
        invitations.invite(team=shown, **form.cleaned_data, by=asker(request), at=timezone.now())
    except Refused as refusal:
        form.add_error("email", refusal.message)
        return _page(request, shown, invite=form)
    messages.success(request, f"The invitation to {form.cleaned_data['email']} is on its way.")
    return redirect("teams:team", uuid)


@audience("account")
@require_POST
def revoke(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take an invitation back."""
    mine = Invitation.objects.filter(team__in=Team.objects.managed_by(asker(request)))
    waiting = get_object_or_404(mine.select_related("team"), uuid=uuid)
    invitations.revoke(invitation=waiting, by=asker(request), at=timezone.now())
    messages.info(request, f"The invitation of {waiting.email} is taken back.")
    return redirect("teams:team", waiting.team.uuid)


@audience("account")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Look at an invitation; POST accepts it."""
    user, now = asker(request), timezone.now()
    if request.method == "POST":
        joined = invitations.accept(token=token, user=user, at=now)
        messages.success(request, f"You are in the team {joined.name}.")
        return redirect("teams:team", joined.uuid)
    found = invitations.find(token=token, user=user, at=now)
    return render(request, "teams/invitation.html", {"invitation": found})


@audience("account")
@require_http_methods(["GET", "HEAD", "POST"])
def teammate(request: HttpRequest, pk: int) -> HttpResponse:
    """A person's role and limit."""
    person = _person(request, pk)
    form = TeammateForm(request.POST) if request.method == "POST" else TeammateForm.of(person)
    if form.is_bound and form.is_valid():
        try:
            teams.set_role(
                teammate=person, **form.cleaned_data, by=asker(request), at=timezone.now()
            )
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, "Saved.")
            return redirect("teams:team", person.team.uuid)
    context = {"person": person, "form": form}
    return render(request, "teams/teammate.html", context, status=422 if form.is_bound else 200)


@audience("account")
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a person out of the team."""
    person = _person(request, pk)
    teams.remove(teammate=person, by=asker(request), at=timezone.now())
    messages.info(request, f"{person.user.name} is not in the team any more.")
    return redirect("teams:team", person.team.uuid)


@audience("account")
@require_POST
def leave(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Leave the team."""
    mine = Teammate.objects.present().filter(user=asker(request)).select_related("team")
    person = get_object_or_404(mine, team__uuid=uuid)
    teams.remove(teammate=person, by=asker(request), at=timezone.now())
    messages.info(request, f"You have left the team {person.team.name}.")
    return redirect("teams:teams")


def _managed(request: HttpRequest, uuid: UUID) -> Team:
    return get_object_or_404(Team.objects.managed_by(asker(request)), uuid=uuid)


def _person(request: HttpRequest, pk: int) -> Teammate:
    managed = Team.objects.managed_by(asker(request)).values("pk")
    people = Teammate.objects.present().filter(team__in=managed).select_related("team", "user")
    return get_object_or_404(people, pk=pk)


def _page(request: HttpRequest, shown: Team, **bound: forms.Form) -> HttpResponse:
    """The team's page; a form that could not be used is shown as it was sent."""
    people = list(shown.people.present().select_related("user", "team"))
    me = next(person for person in people if person.user_id == asker(request).pk)
    context: dict[str, Any] = {
        "team": shown,
        "me": me,
        "manages": me.role == TeamRole.MANAGER,
        "people": people,
        "projects": shown.projects.select_related("team"),
        "invitations": shown.invitations.open(timezone.now()),
        "page": page_of(request, shown.events.select_related("by"), per=20),
        "settings": TeamForm.of(shown),
        "invite": InviteForm(auto_id="invite_%s"),
        "project": ProjectForm(auto_id="project_%s"),
        **bound,
    }
    return render(request, "teams/team.html", context, status=422 if bound else 200)
