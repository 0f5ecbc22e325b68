"""Comps: downloading one, and those that one has."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from licensing.models import Comp, Licence
from licensing.services import comps
from licensing.views.sessions import buyer_of
from media.models import Work
from stockcoop.kernel.access import audience
from stockcoop.kernel.errors import Refused
from stockcoop.kernel.web import page_of


@audience("account")
@require_POST
def download(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The comp of a work, under the version of the terms that `terms` names."""
    work = get_object_or_404(Work.objects.published().with_renditions(), uuid=uuid)
    said = request.POST.get("terms", "")
    accepted = int(said) if said.isascii() and said.isdecimal() and len(said) < 9 else 0
    try:
        address = comps.hand_out(
            work=work, to=buyer_of(request), accepted=accepted, at=timezone.now()
        )
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect(f"{reverse('licensing:work', args=[uuid])}#samples")
    return redirect(address)


@audience("account")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The comps that one has, each with a way to license its work."""
    page = page_of(request, Comp.objects.of(buyer_of(request)), per=24)
    works = [comp.work_id for comp in page]
    mine = Licence.objects.seen_by(buyer_of(request)).filter(work__in=works)
    licensed = {licence.work_id: licence for licence in mine if licence.is_valid}
    rows = [(comp, licensed.get(comp.work_id)) for comp in page]
    context = {"page": page, "rows": rows, "terms": comps.terms(at=timezone.now())}
    return render(request, "licensing/comps.html", context)
