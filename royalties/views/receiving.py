"""Where a member is paid: set up at the gateway, seen on the site. And payouts taken back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from royalties.adapters import gateways
from royalties.forms.payouts import PayoutCountryForm, TakeBackForm
from royalties.models import Payout, PayoutReturn
from royalties.rules.payouts import AccountGateway
from royalties.services import receiving, returns
from royalties.views.asking import signed_in
from stockcoop.kernel.access import audience
from stockcoop.kernel.errors import Refused


class NoAccounts(Refused):
    """Members need no account of their own here."""

    status = 404


@audience("account")
@require_http_methods(["GET", "HEAD", "POST"])
def payout_account(request: HttpRequest) -> HttpResponse:
    """How far the member's account is; sending the form leads to the gateway's own page."""
    gateway, member = _gateway(), signed_in(request)
    account = receiving.account_of(member=member, gateway=gateway.name)
    form = PayoutCountryForm(request.POST if request.method == "POST" else None)
    refusal = None
    if request.method == "POST" and (account or form.is_valid()):
        back = request.build_absolute_uri(reverse("royalties:payout_account_return"))
        again = request.build_absolute_uri(reverse("royalties:payout_account"))
        try:
            page = receiving.set_up(
                member=member,
                gateway=gateway,
                country="" if account else form.cleaned_data["country"],
                return_url=back,
                again_url=again,
                at=timezone.now(),
            )
            return HttpResponseRedirect(page)
        except Refused as told:
            refusal = told
    context = {"account": account, "form": form, "refusal": refusal}
    status = refusal.status if refusal else 422 if form.errors and not account else 200
    return render(request, "royalties/payout_account.html", context, status=status)


@audience("account")
@require_GET
def payout_account_return(request: HttpRequest) -> HttpResponse:
    """Where the gateway sends the member back to: it is asked how far the account is."""
    gateway, member = _gateway(), signed_in(request)
    account = receiving.account_of(member=member, gateway=gateway.name)
    if account:
        try:
            account = receiving.hear(account=account, gateway=gateway, at=timezone.now())
        except Refused as refusal:
            messages.warning(request, refusal.message)
        else:
            if account.ready:
                messages.success(request, "You are set up: your payouts can reach you.")
            else:
                messages.info(request, "Something is still missing before you can be paid.")
    return redirect("royalties:payout_account")


@audience("treasurer")
@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a paid payout back from the member, after saying why."""
    payout = get_object_or_404(Payout.objects.select_related("member", "run"), pk=pk)
    form = TakeBackForm(request.POST if request.method == "POST" else None)
    refusal = None
    if form.is_valid():
        try:
            returns.take_back(
                payout=payout,
                reason=form.cleaned_data["reason"],
                by=signed_in(request),
                gateway=gateways.current(),
                at=timezone.now(),
            )
            messages.success(request, f"{payout.amount} was taken back.")
            return redirect("royalties:payout_run", pk=payout.run_id)
        except Refused as told:
            refusal = told
    context = {"payout": payout, "form": form, "refusal": refusal}
    status = refusal.status if refusal else 422 if form.errors else 200
    return render(request, "royalties/take_back_payout.html", context, status=status)


@audience("treasurer")
@require_POST
def retry_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Try again to take a payout back that is stuck."""
    asked = get_object_or_404(PayoutReturn.objects.select_related("payout"), payout=pk)
    try:
        returns.retry(asked=asked)
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, "The gateway is asked again within minutes.")
    return redirect("royalties:payout_run", pk=asked.payout.run_id)


def _gateway() -> AccountGateway:
    gateway = gateways.with_accounts()
    if gateway is None:
        raise NoAccounts("Nobody needs an account of their own to be paid here.")
    return gateway
