"""A member's own facts as files, and the script that computes them again."""

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from royalties.rules.months import Month
from royalties.services import periods, recompute
from royalties.views.asking import signed_in
from stockcoop.env import ROOT
from stockcoop.kernel.access import audience


@audience("account")
@require_GET
def month_facts(request: HttpRequest, month: str) -> HttpResponse:
    """The asker's month, to be computed again."""
    try:
        wanted = Month.parse(month)
    except ValueError as error:
        raise Http404(str(error)) from error
    if wanted > periods.month_of(timezone.now()):
        raise Http404(f"{wanted.words()} has not begun.")
    return _json(recompute.of_month(member=signed_in(request), month=wanted), month)


@audience("account")
@require_GET
def year_facts(request: HttpRequest, year: int) -> HttpResponse:
    """The asker's year, with each plan for its surplus."""
    if not 1 <= year <= timezone.localdate().year:
        raise Http404(f"{year} has not begun.")
    return _json(recompute.of_year(member=signed_in(request), year=year), str(year))


@audience("account")
@require_GET
def script(request: HttpRequest) -> HttpResponse:
    """The script, as it lies in the documentation."""
    return _file((ROOT / "docs" / "recompute.py").read_bytes(), "text/x-python", "recompute.py")


def _json(facts: dict[str, Any], period: str) -> HttpResponse:
    text = json.dumps(facts, indent=1, ensure_ascii=False)
    return _file(text.encode(), "application/json", f"facts-{period}.json")


def _file(content: bytes, media_type: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer
