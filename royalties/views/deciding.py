"""The buttons of what takes two people."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from royalties.views.asking import signed_in
from stockcoop.kernel.errors import Refused


def decided(
    request: HttpRequest,
    decide: Callable[..., None],
    done: str,
    *,
    page: Callable[[Refused], HttpResponse],
    to: HttpResponse,
) -> HttpResponse:
    """Decide as the asker, and say `done` at `to`; a refusal is shown on `page`."""
    try:
        decide(by=signed_in(request), at=timezone.now())
    except Refused as refusal:
        return page(refusal)
    messages.success(request, done)
    return to
