"""A member's year: on screen, for a spreadsheet, on paper; and what their works were used for."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from royalties.services import exports_year, periods, remuneration, years
from royalties.services.years import YearReading
from royalties.views.asking import signed_in
from royalties.views.files import csv_file, pdf_file
from stockcoop.kernel.access import audience


@audience("account")
@require_GET
def year(request: HttpRequest, year: int) -> HttpResponse:
    """The year on screen: by kind, by month, by work, with the way to its months and files."""
    reading = _reading(request, year)
    this = periods.month_of(timezone.now()).year
    context = {
        "reading": reading,
        "year": reading.year,
        "running": year == this,
        "next": year + 1 if year < this else None,
        "previous": year - 1,
    }
    return render(request, "royalties/year.html", context)


@audience("account")
@require_GET
def year_csv(request: HttpRequest, year: int) -> HttpResponse:
    """The year for a spreadsheet."""
    return csv_file(exports_year.as_csv(_reading(request, year)), f"statement-{year}.csv")


@audience("account")
@require_GET
def year_pdf(request: HttpRequest, year: int) -> HttpResponse:
    """The year on paper."""
    reading, name = _reading(request, year), signed_in(request).name
    content = exports_year.as_pdf(reading, member_name=name, coop_name=settings.COOP_NAME)
    return pdf_file(content, f"statement-{year}.pdf")


@audience("account")
@require_GET
def remuneration_csv(request: HttpRequest, year: int) -> HttpResponse:
    """What the member's works were used for in the year, and what that brought."""
    _checked(year)
    uses = remuneration.of_member(signed_in(request), year)
    return csv_file(remuneration.as_csv(uses, year=year), f"remuneration-{year}.csv")


@audience("account")
@require_GET
def remuneration_pdf(request: HttpRequest, year: int) -> HttpResponse:
    """The same on paper."""
    _checked(year)
    member = signed_in(request)
    uses = remuneration.of_member(member, year)
    content = exports_year.remuneration_pdf(
        uses, year=year, member_name=member.name, coop_name=settings.COOP_NAME
    )
    return pdf_file(content, f"remuneration-{year}.pdf")


def _reading(request: HttpRequest, year: int) -> YearReading:
    _checked(year)
    return years.read(member=signed_in(request), year=year)


def _checked(year: int) -> None:
    if not 2000 <= year <= periods.month_of(timezone.now()).year:
        raise Http404(f"{year} has not begun.")
