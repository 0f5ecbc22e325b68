"""Answers that are files: kept by no cache, saved under a name."""

from django.http import HttpResponse


def csv_file(text: str, name: str) -> HttpResponse:
    """A table for a spreadsheet; the mark tells it that it is UTF-8."""
    return _file("\ufeff" + text, "text/csv; charset=utf-8", name)


def pdf_file(content: bytes, name: str) -> HttpResponse:
    """A page to print."""
    return _file(content, "application/pdf", name)


def _file(content: str | bytes, media_type: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer
