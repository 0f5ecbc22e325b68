"""Paying authorities and charities what is owed to them: one books it, somebody else approves."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from members.rules.roles import Role
from royalties.forms.remittances import RemittanceForm, ReturnForm
from royalties.models import Remittance
from royalties.services import names, remittances
from royalties.services import remittance_returns as returns
from royalties.views.asking import signed_in
from royalties.views.deciding import decided
from stockcoop.kernel.access import audience
from stockcoop.kernel.errors import Refused
from stockcoop.kernel.web import page_of


@audience("treasurer", "board")
@require_GET
def register(request: HttpRequest) -> HttpResponse:
    """What is owed outside, what waits for a decision, and every payment so far."""
    return _page(request)


@audience("treasurer")
@require_POST
def propose(request: HttpRequest) -> HttpResponse:
    """Write down a payment that was made."""
    form = _form(request)
    if not form.is_valid():
        return _page(request, form=form)
    said = form.cleaned_data
    try:
        remittances.propose(**said, proposed_by=signed_in(request), at=timezone.now())
    except Refused as refusal:
        return _page(request, refusal, form=form)
    messages.success(request, "Written down. Somebody else has to approve it.")
    return redirect("royalties:remittances")


@audience("treasurer", "board")
@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve a payment that somebody else wrote down."""
    return _decide(request, pk, remittances.approve, "Approved. It is in the ledger.")


@audience("treasurer", "board")
@require_POST
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    """Reject a payment, or withdraw one's own."""
    return _decide(request, pk, remittances.reject, "Rejected. Nothing is booked.")


@audience("treasurer")
@require_http_methods(["GET", "HEAD", "POST"])
def came_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that the bank sent a payment back, when and why."""
    remittance = get_object_or_404(Remittance.objects.select_related("returned"), pk=pk)
    form = ReturnForm(request.POST if request.method == "POST" else None)
    refusal = None
    if form.is_valid():
        try:
            returns.record(
                remittance=remittance,
                by=signed_in(request),
                at=timezone.now(),
                **form.cleaned_data,
            )
            messages.success(request, f"{remittance.amount} is owed again.")
            return redirect("royalties:remittances")
        except Refused as told:
            refusal = told
    context = {"remittance": remittance, "form": form, "refusal": refusal}
    status = refusal.status if refusal else 422 if form.errors else 200
    return render(request, "royalties/remittance_return.html", context, status=status)


def _decide(request: HttpRequest, pk: int, decide: Callable[..., None], done: str) -> HttpResponse:
    act = partial(decide, remittance=get_object_or_404(Remittance, pk=pk))
    page = partial(_page, request)
    return decided(request, act, done, page=page, to=redirect("royalties:remittances"))


def _form(request: HttpRequest) -> RemittanceForm:
    codes = [balance.code for balance in remittances.owed()]
    named = names.of_accounts(codes)
    data = request.POST if request.method == "POST" else None
    return RemittanceForm(data, owed=[(code, named[code]) for code in codes])


def _page(
    request: HttpRequest, refusal: Refused | None = None, *, form: RemittanceForm | None = None
) -> HttpResponse:
    user, owed = signed_in(request), remittances.owed()
    rows = Remittance.objects.select_related("proposed_by", "decided_by", "returned")
    waiting, page = list(rows.waiting()), page_of(request, rows.decided(), per=30)
    named = names.of_accounts(
        [*(b.code for b in owed), *(r.account for r in waiting), *(r.account for r in page)]
    )
    if form is None and owed and user.has_role(Role.TREASURER):
        form = RemittanceForm(owed=[(balance.code, named[balance.code]) for balance in owed])
    context = {
        "owed": [(named[balance.code], balance) for balance in owed],
        "waiting": [
            (f"{named[r.account]}. {r.words}.", r, r.proposed_by_id == user.pk) for r in waiting
        ],
        "page": page,
        "rows": [(named[r.account], r) for r in page],
        "form": form,
        "may_write": user.has_role(Role.TREASURER),
        "refusal": refusal,
    }
    status = refusal.status if refusal else 422 if form and form.errors else 200
    return render(request, "royalties/remittances.html", context, status=status)
