"""The market freezes of works, for their artists."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from licensing.services import freeze_artists, receipts
from licensing.views.sessions import buyer_of
from media.models import Work
from stockcoop.kernel.access import audience


@audience("account")
@require_safe
def off_the_market(request: HttpRequest) -> HttpResponse:
    """The works with a running freeze that the asker owns or shares in."""
    frozen = freeze_artists.off_the_market(buyer_of(request), at=timezone.now())
    return render(request, "licensing/off_the_market.html", {"frozen": frozen})


@audience("account")
@require_safe
def work_freezes(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Who holds a freeze of a work that the asker owns or shares in; for htmx the list alone."""
    user, now = buyer_of(request), timezone.now()
    works = Work.objects.split_seen_by(user).select_related("owner")
    work = get_object_or_404(works, uuid=uuid)
    if user not in receipts.artists_of(work, now):
        raise Http404
    context = {
        "work": work,
        "running": freeze_artists.running(work, at=now),
    }
    whole = not request.htmx  # type: ignore[attr-defined]
    template = "work_freezes.html" if whole else "parts/work_freezes.html"
    return render(request, f"licensing/{template}", context)
