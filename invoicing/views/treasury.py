"""Invoices and taxes as the treasurer and the board see them, by month, quarter or year."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from invoicing.models import Invoice
from invoicing.rules.periods import Period
from invoicing.services import reports
from invoicing.views.documents import as_pdf
from stockcoop.kernel.access import audience
from stockcoop.kernel.errors import Refused
from stockcoop.kernel.web import page_of


class NoPeriod(Refused):
    """The address names no month, quarter or year."""

    status = 400


@audience("treasurer", "board")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The invoices and credit notes of a period, by their numbers."""
    period = _period(request)
    rows = Invoice.objects.between(*_limits(period)).select_related("buyer", "corrects")
    context = {"period": period, "page": page_of(request, rows, per=50), **_beside(period)}
    return render(request, "invoicing/invoices.html", context)


@audience("treasurer", "board")
@require_safe
def as_csv(request: HttpRequest) -> HttpResponse:
    """The same as a table for a spreadsheet."""
    period = _period(request)
    body = reports.as_csv(Invoice.objects.between(*_limits(period)))
    headers = {"Content-Disposition": f'attachment; filename="invoices-{period.code}.csv"'}
    return HttpResponse(body, content_type="text/csv; charset=utf-8", headers=headers)


@audience("treasurer", "board")
@require_safe
def pdf(request: HttpRequest, number: str) -> HttpResponse:
    """Any buyer's document as a PDF."""
    return as_pdf(Invoice.objects.all(), number)


@audience("treasurer", "board")
@require_safe
def taxes(request: HttpRequest) -> HttpResponse:
    """What is owed to each authority by the ledger, and what the documents say of each rate."""
    period = _period(request)
    since, until = _limits(period)
    context = {
        "period": period,
        "owed": reports.owed(since=since, until=until),
        "rated": reports.rated(Invoice.objects.between(since, until)),
        **_beside(period),
    }
    return render(request, "invoicing/taxes.html", context)


def _period(request: HttpRequest) -> Period:
    """What `?period=` asks for; the month that it is, unless told."""
    code = request.GET.get("period", "")
    if not code:
        return Period.month_of(timezone.now(), timezone.get_default_timezone())
    try:
        return Period.parse(code)
    except ValueError as fault:
        raise NoPeriod(f"{str(fault)[:120].capitalize()}.") from None


def _limits(period: Period) -> tuple[datetime, datetime]:
    zone = timezone.get_default_timezone()
    return period.start(zone), period.end(zone)


def _beside(period: Period) -> dict[str, str]:
    return {"before": period.beside(-1), "after": period.beside(1)}
