"""A member's month: on screen, for a spreadsheet, on paper."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from royalties.rules.months import Month
from royalties.services import exports, periods, statements
from royalties.services.statements import Reading
from royalties.views.asking import signed_in
from stockcoop.kernel.access import audience


@audience("account")
@require_GET
def statement(request: HttpRequest, month: str) -> HttpResponse:
    """The month on screen, with the way to its neighbours and its files."""
    reading = _reading(request, month)
    this = reading.account.month
    is_last = this == periods.month_of(timezone.now())
    context = {
        "reading": reading,
        "account": reading.account,
        "rows": [
            {"line": line, "day": reading.day(line), "balance": balance}
            for line, balance in reading.account.running()
        ],
        "previous": this.plus(-1),
        "next": None if is_last else this.plus(1),
        "running": is_last,
    }
    return render(request, "royalties/statement.html", context)


@audience("account")
@require_GET
def statement_csv(request: HttpRequest, month: str) -> HttpResponse:
    """The month for a spreadsheet."""
    text = exports.as_csv(_reading(request, month))
    # The mark tells spreadsheets that it is UTF-8.
    return _file("\ufeff" + text, "text/csv; charset=utf-8", f"statement-{month}.csv")


@audience("account")
@require_GET
def statement_pdf(request: HttpRequest, month: str) -> HttpResponse:
    """The month on paper."""
    reading = _reading(request, month)
    name = signed_in(request).name
    content = exports.as_pdf(reading, member_name=name, coop_name=settings.COOP_NAME)
    return _file(content, "application/pdf", f"statement-{month}.pdf")


def _reading(request: HttpRequest, code: str) -> Reading:
    try:
        month = Month.parse(code)
    except ValueError as error:
        raise Http404(str(error)) from error
    if month > periods.month_of(timezone.now()):
        raise Http404(f"{month.words()} has not begun.")
    return statements.read(member=signed_in(request), month=month)


def _file(content: str | bytes, media_type: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer
