"""A member's month: on screen, for a spreadsheet, on paper."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from members.models import User
from royalties.rules.months import Month
from royalties.services import exports, periods, statements
from royalties.services.statements import Reading
from royalties.views import trail
from royalties.views.asking import members_for, signed_in
from stockcoop.kernel.access import audience

BELOW = (
    "The month closes below zero: sales were taken back after they had been paid out. It is "
    "carried on, and what is earned next settles it."
)


@audience("account")
@require_GET
def statement(request: HttpRequest, month: str) -> HttpResponse:
    """The month on screen, with the way to its neighbours and its files."""
    return _page(request, _reading(signed_in(request), month), whose=None)


@audience("treasurer", "board")
@require_GET
def member_statement(request: HttpRequest, member: int, month: str) -> HttpResponse:
    """The month of somebody else, as they see it."""
    whose = get_object_or_404(members_for(signed_in(request)), pk=member)
    return _page(request, _reading(whose, month), whose=whose)


def _page(request: HttpRequest, reading: Reading, *, whose: User | None) -> HttpResponse:
    this = reading.account.month
    is_last = this == periods.month_of(timezone.now())
    context = {
        "reading": reading,
        "whose": whose,
        "account": reading.account,
        "rows": [
            {"line": line, "day": reading.day(line), "balance": balance}
            for line, balance in reading.account.running()
        ],
        "files": [] if whose else _files(this),
        "note": _note(reading, running=is_last),
        "below": BELOW if reading.account.closing.minor < 0 else "",
        "previous": _way(this.plus(-1), whose),
        "next": None if is_last else _way(this.plus(1), whose),
        "ways": [(f"The year {this.year}", trail.to_year(this.year, whose))],
    }
    return render(request, "royalties/statement.html", context)


@audience("account")
@require_GET
def statement_csv(request: HttpRequest, month: str) -> HttpResponse:
    """The month for a spreadsheet."""
    text = exports.as_csv(_reading(signed_in(request), month))
    # The mark tells spreadsheets that it is UTF-8.
    return _file("\ufeff" + text, "text/csv; charset=utf-8", f"statement-{month}.csv")


@audience("account")
@require_GET
def statement_pdf(request: HttpRequest, month: str) -> HttpResponse:
    """The month on paper."""
    reading = _reading(signed_in(request), month)
    name = signed_in(request).name
    content = exports.as_pdf(reading, member_name=name, coop_name=settings.COOP_NAME)
    return _file(content, "application/pdf", f"statement-{month}.pdf")


def _files(month: Month) -> list[tuple[str, str, str]]:
    return [
        ("download", "CSV", reverse("royalties:statement_csv", args=[month])),
        ("document", "PDF", reverse("royalties:statement_pdf", args=[month])),
        ("download", "Facts", reverse("royalties:month_facts", args=[month])),
    ]


def _note(reading: Reading, *, running: bool) -> str:
    """Why the month is provisional; empty when it is not."""
    if running:
        return "Provisional: the month is still running. The statement is issued when it is over."
    return "" if reading.issued else "Provisional: no statement was issued for this month yet."


def _way(month: Month, whose: User | None) -> trail.Way:
    return month.words(), trail.to_statement(month, whose)


def _reading(member: User, code: str) -> Reading:
    try:
        month = Month.parse(code)
    except ValueError as error:
        raise Http404(str(error)) from error
    if month > periods.month_of(timezone.now()):
        raise Http404(f"{month.words()} has not begun.")
    return statements.read(member=member, month=month)


def _file(content: str | bytes, media_type: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer
