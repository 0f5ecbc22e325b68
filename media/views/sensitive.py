"""Sensitive use: what an artist says of one work, or of all that they have said nothing of."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from media.models import Work
from media.services import sensitive
from media.views import signed_in
from stockcoop.kernel.access import audience
from stockcoop.kernel.errors import Refused


class NotSaid(Refused):
    """The form says neither yes nor no."""

    status = 422


@audience("account")
@require_POST
def sensitive_use(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Allow or refuse it from now on; `all` says it of all works that nothing was said of."""
    artist = signed_in(request)
    own = get_object_or_404(Work.objects.owned_by(artist), uuid=uuid)
    word = request.POST.get("answer")
    if word not in ("allow", "refuse"):
        raise NotSaid("Say whether you allow it.")
    everywhere = "all" in request.POST
    sensitive.say(
        artist=artist,
        work=None if everywhere else own,
        allowed=word == "allow",
        at=timezone.now(),
    )
    done = "allowed" if word == "allow" else "refused"
    what = "all works that you said nothing of" if everywhere else f"“{own}”"
    messages.success(request, f"Sensitive use is {done} for {what}.")
    return redirect("media:work", uuid)
