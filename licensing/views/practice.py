"""The practice gateway's own page. It stands for a page on somebody else's site."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from licensing.adapters.practice import PracticeGateway
from licensing.rules.states import PaymentState
from licensing.services import gateways
from stockcoop.kernel.access import audience

_ENDS = {
    "pay": PaymentState.PAID,
    "decline": PaymentState.DECLINED,
    "abandon": PaymentState.ABANDONED,
}


@audience("anyone")
@require_http_methods(["GET", "HEAD", "POST"])
def practice(request: HttpRequest, reference: str) -> HttpResponse:
    """Pay, decline or abandon; whoever holds the reference may, as on a real gateway."""
    gateway = gateways.named(PracticeGateway.name)
    assert isinstance(gateway, PracticeGateway)
    asked = gateway.asked(reference)
    if request.method == "POST" and request.POST.get("end") in _ENDS:
        gateway.decide(reference, _ENDS[request.POST["end"]])
        return HttpResponseRedirect(asked.charge.return_url)
    return render(request, "licensing/practice.html", {"asked": asked})
