"""Taxes in the treasury: forms of members on file, and the authorities' forms of each year."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from members.rules.roles import Role
from royalties.forms.terms import TaxFormForm
from royalties.models import TaxProfile, TaxTerms
from royalties.services import filing, periods, remuneration, taxes
from royalties.views.asking import signed_in
from royalties.views.files import csv_file
from stockcoop.kernel.access import audience
from stockcoop.kernel.errors import Refused

EU = "EU-remuneration"


@audience("treasurer", "board")
@require_GET
def tax_forms(request: HttpRequest) -> HttpResponse:
    """The rules in force, the forms to download, what is on file of members."""
    return _page(request)


@audience("treasurer", "board")
@require_GET
def tax_form(request: HttpRequest, year: int, code: str) -> HttpResponse:
    """One form of one year as CSV, after it was held against the ledger."""
    now = timezone.now()
    try:
        if code == EU:
            text = remuneration.as_csv(remuneration.of_all(year), year=year)
        else:
            form = filing.terms_of(code, now)
            text = filing.as_csv(form, filing.rows(form, year=year, at=now), year=year)
    except Refused as refusal:
        return _page(request, refusal)
    return csv_file(text, f"{code}-{year}.csv")


@audience("treasurer")
@require_POST
def record_tax_form(request: HttpRequest) -> HttpResponse:
    """Record the form that a member has handed in."""
    form = TaxFormForm(request.POST)
    if not form.is_valid():
        return _page(request, form=form)
    said = form.cleaned_data
    try:
        taxes.record_form(
            member=said["member"],
            form=said["form"],
            treaty_bp=said["treaty"],
            id_ending=said["id_ending"],
            by=signed_in(request),
            at=timezone.now(),
        )
    except Refused as refusal:
        return _page(request, refusal, form=form)
    messages.success(request, "The form is on file.")
    return redirect("royalties:tax_forms")


def _page(
    request: HttpRequest, refusal: Refused | None = None, *, form: TaxFormForm | None = None
) -> HttpResponse:
    now = timezone.now()
    terms = TaxTerms.objects.in_force(now).first()
    this = periods.month_of(now).year
    codes = [each["code"] for each in terms.forms] if terms else []
    context = {
        "terms": terms,
        "years": [(year, [*codes, EU]) for year in (this, this - 1, this - 2)],
        "profiles": TaxProfile.objects.in_force(now).select_related("member"),
        "form": (form or TaxFormForm()) if signed_in(request).has_role(Role.TREASURER) else None,
        "refusal": refusal,
    }
    status = refusal.status if refusal else 422 if form and form.errors else 200
    return render(request, "royalties/tax_forms.html", context, status=status)
