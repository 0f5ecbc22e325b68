"""What gateways tell of by themselves. A message is stored before it is acted on."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from licensing.services import events
from stockcoop.kernel.access import audience
from stockcoop.kernel.errors import Refused

# Stripe's largest events have a tenth of it.
MOST_BYTES = 1_000_000


class TooLong(Refused):
    """The message is longer than any event."""

    status = 413


@audience("anyone")
@csrf_exempt
@require_POST
def stripe(request: HttpRequest) -> HttpResponse:
    """Take a signed event of Stripe's in: 200 once it is stored, whatever becomes of it."""
    try:
        event = events.receive(
            gateway="stripe",
            body=_body(request),
            signature=request.headers.get("Stripe-Signature", "")[:2000],
            at=timezone.now(),
        )
    except Refused as refusal:
        return HttpResponse(refusal.message, status=refusal.status, content_type="text/plain")
    return HttpResponse(event.reference, content_type="text/plain")


def _body(request: HttpRequest) -> bytes:
    """The body, of which no more is read than may be kept."""
    try:
        announced = int(request.headers.get("Content-Length") or 0)
    except ValueError:
        announced = 0
    if announced > MOST_BYTES:
        raise TooLong("No event is as long as this.")
    body = request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise TooLong("No event is as long as this.")
    return body
