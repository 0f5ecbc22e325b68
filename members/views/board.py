"""Pages of the board: applications and offices."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from members.forms import AdmitForm, DeclineForm, OfficeForm
from members.models import Application, RoleGrant
from members.rules.roles import Role
from members.services import applications as deciding
from members.services import roles
from members.views.account import signed_in
from stockcoop.kernel.access import audience
from stockcoop.kernel.errors import Refused
from stockcoop.kernel.web import page_of


@audience("board")
@require_GET
def applications(request: HttpRequest) -> HttpResponse:
    """Applications that wait, oldest first, and those decided."""
    rows = Application.objects.select_related("applicant", "share_class").prefetch_related("images")
    decided = rows.exclude(state=Application.State.WAITING).order_by("-decided_at")
    context = {"waiting": rows.waiting(), "page": page_of(request, decided, per=30)}
    return render(request, "members/applications.html", context)


@audience("board")
@require_GET
def application(request: HttpRequest, pk: int) -> HttpResponse:
    """One application with its portfolio and the two decisions."""
    row = get_object_or_404(Application, pk=pk)
    return _application_page(request, row)


@audience("board")
@require_POST
def admit(request: HttpRequest, pk: int) -> HttpResponse:
    """Admit the applicant into the chosen class."""
    row, form = get_object_or_404(Application, pk=pk), AdmitForm(request.POST)

    def act() -> None:
        deciding.admit(
            application=row,
            share_class=form.cleaned_data["share_class"],
            by=signed_in(request),
            at=timezone.now(),
        )

    return _decided(request, row, form, act, f"{row.applicant.name} is a member now.")


@audience("board")
@require_POST
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Decline the application with a reason."""
    row, form = get_object_or_404(Application, pk=pk), DeclineForm(request.POST)

    def act() -> None:
        deciding.decline(
            application=row,
            reason=form.cleaned_data["reason"],
            by=signed_in(request),
            at=timezone.now(),
        )

    return _decided(request, row, form, act, "Declined. The applicant is told why.")


@audience("board")
@require_GET
def offices(request: HttpRequest) -> HttpResponse:
    """Who holds which office, who granted it, and what was before."""
    return _offices_page(request, OfficeForm())


@audience("board")
@require_POST
def grant(request: HttpRequest) -> HttpResponse:
    """Give an office to a person."""
    return _office_changed(request, roles_grant=True)


@audience("board")
@require_POST
def revoke(request: HttpRequest) -> HttpResponse:
    """Take an office back."""
    return _office_changed(request, roles_grant=False)


def _decided(
    request: HttpRequest,
    row: Application,
    form: forms.Form,
    act: Callable[[], None],
    done: str,
) -> HttpResponse:
    if not form.is_valid():
        return _application_page(request, row, form, status=422)
    try:
        act()
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return _application_page(request, row, form, status=refusal.status)
    messages.success(request, done)
    return redirect("members:applications")


def _application_page(
    request: HttpRequest, row: Application, form: forms.Form | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "application": row,
        "images": row.images.all(),
        "admit_form": form
        if isinstance(form, AdmitForm)
        else AdmitForm(initial={"share_class": row.share_class}),
        "decline_form": form if isinstance(form, DeclineForm) else DeclineForm(),
    }
    return render(request, "members/application.html", context, status=status)


def _office_changed(request: HttpRequest, *, roles_grant: bool) -> HttpResponse:
    form, user, at = OfficeForm(request.POST), signed_in(request), timezone.now()
    if not form.is_valid():
        return _offices_page(request, form, status=422)
    person, role = form.cleaned_data["person"], Role(form.cleaned_data["role"])
    try:
        if roles_grant:
            roles.grant(role=role, to=person, by=user, at=at)
        else:
            roles.revoke(role=role, of=person, by=user, at=at)
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return _offices_page(request, form, status=refusal.status)
    messages.success(request, f"{person.name}: {role} {'granted' if roles_grant else 'ended'}.")
    return redirect("members:account" if person == user else "members:roles")


def _offices_page(request: HttpRequest, form: OfficeForm, status: int = 200) -> HttpResponse:
    grants = RoleGrant.objects.select_related("user", "granted_by", "revoked_by")
    context = {
        "form": form,
        "held": grants.open().order_by("role", "user__name"),
        "page": page_of(request, grants.exclude(revoked_at=None), per=30),
    }
    return render(request, "members/offices.html", context, status=status)
