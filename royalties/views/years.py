"""A member's year: on screen, for a spreadsheet, on paper; and what their works were used for."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from members.models import User
from royalties.services import exports_year, patronage, periods, remuneration, years
from royalties.services.years import YearReading
from royalties.views import trail
from royalties.views.asking import members_for, signed_in
from royalties.views.files import csv_file, pdf_file
from stockcoop.kernel.access import audience

BELOW = (
    "The year closes below zero: sales were taken back after they had been paid out. It is carried "
    "into the next year."
)


@audience("account")
@require_GET
def year(request: HttpRequest, year: int) -> HttpResponse:
    """The year on screen: by kind, by month, by work, with the way to its months and files."""
    return _page(request, _reading(signed_in(request), year), whose=None)


@audience("treasurer", "board")
@require_GET
def member_year(request: HttpRequest, member: int, year: int) -> HttpResponse:
    """The year of somebody else, as they see it."""
    whose = get_object_or_404(members_for(signed_in(request)), pk=member)
    return _page(request, _reading(whose, year), whose=whose)


def _page(request: HttpRequest, reading: YearReading, *, whose: User | None) -> HttpResponse:
    year, this = reading.year.number, periods.month_of(timezone.now()).year
    user = signed_in(request)
    context = {
        "reading": reading,
        "whose": whose,
        "year": reading.year,
        "months": [
            (account, trail.to_statement(account.month, whose)) for account in reading.year.months
        ],
        "part": patronage.part_of(whose or user, year),
        "ways": trail.of_year(year, user),
        "files": [] if whose else _files(year),
        "note": _note(reading, running=year == this),
        "below": BELOW if reading.year.closing.minor < 0 else "",
        "next": (year + 1, trail.to_year(year + 1, whose)) if year < this else None,
        "previous": (year - 1, trail.to_year(year - 1, whose)),
    }
    return render(request, "royalties/year.html", context)


@audience("account")
@require_GET
def year_csv(request: HttpRequest, year: int) -> HttpResponse:
    """The year for a spreadsheet."""
    return csv_file(
        exports_year.as_csv(_reading(signed_in(request), year)), f"statement-{year}.csv"
    )


@audience("account")
@require_GET
def year_pdf(request: HttpRequest, year: int) -> HttpResponse:
    """The year on paper."""
    reading, name = _reading(signed_in(request), year), signed_in(request).name
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


def _files(year: int) -> list[tuple[str, str, str]]:
    return [
        ("download", "CSV", reverse("royalties:year_csv", args=[year])),
        ("document", "PDF", reverse("royalties:year_pdf", args=[year])),
        ("download", "Facts", reverse("royalties:year_facts", args=[year])),
    ]


def _note(reading: YearReading, *, running: bool) -> str:
    """Why the year is provisional; empty when it is not."""
    if running:
        return (
            "Provisional: the year is still running. Its statement is issued after that of "
            "December."
        )
    return "" if reading.issued else "Provisional: no statement was issued for this year."


def _reading(member: User, year: int) -> YearReading:
    _checked(year)
    return years.read(member=member, year=year)


def _checked(year: int) -> None:
    if not 2000 <= year <= periods.month_of(timezone.now()).year:
        raise Http404(f"{year} has not begun.")
