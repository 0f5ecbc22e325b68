"""Custom quotes as the treasurer and the board see them: what is asked, and answering it."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from licensing.forms import QuoteForm, ReasonForm
from licensing.models import Enquiry
from licensing.services import custom_quotes, enquiries, prices
from licensing.services.custom_quotes import NotWithdrawable
from licensing.views.quotes import offered, rows
from licensing.views.sessions import buyer_of
from members.rules.roles import Role
from stockcoop.kernel.access import audience
from stockcoop.kernel.errors import Refused
from stockcoop.kernel.web import page_of

USUAL = timedelta(days=30)


@audience("treasurer", "board")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What waits for an answer, and what was answered."""
    found = Enquiry.objects.with_quotes()
    page = page_of(request, found.exclude(state="waiting").order_by("-asked_at", "-pk"), per=20)
    context = {"waiting": found.waiting()[:100], "page": page, "rows": rows(page)}
    return render(request, "licensing/treasury_quotes.html", context)


@audience("treasurer", "board")
@require_http_methods(["GET", "HEAD", "POST"])
def enquiry(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One enquiry; the treasurer answers it with a quote of the kind that `?kind=` names."""
    asked = get_object_or_404(Enquiry.objects.with_quotes(), uuid=uuid)
    if request.method != "POST":
        return _page(request, asked)
    if not buyer_of(request).has_role(Role.TREASURER):
        raise PermissionDenied("Only the treasurer quotes prices.")
    form = _form(request, asked)
    if form is None:
        return redirect("licensing:treasury_quote", uuid)
    status = 422
    if form.is_valid():
        try:
            custom_quotes.answer(
                enquiry=asked, by=buyer_of(request), at=timezone.now(), **form.answer()
            )
        except Refused as refusal:
            form.add_error(None, refusal.message)
            status = refusal.status
        else:
            messages.success(request, f"The quote is sent to {asked.buyer.name}.")
            return redirect("licensing:treasury_quotes")
    return _page(request, asked, form, status=status)


@audience("treasurer")
@require_POST
def decline(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Give no quote, and say why."""
    asked = get_object_or_404(Enquiry.objects.with_quotes(), uuid=uuid)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, asked, reason=form, status=422)
    because = form.cleaned_data["because"]
    enquiries.decline(enquiry=asked, by=buyer_of(request), because=because, at=timezone.now())
    messages.info(request, f"{asked.buyer.name} is told.")
    return redirect("licensing:treasury_quotes")


@audience("treasurer")
@require_POST
def withdraw(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take back the quote of an enquiry before anybody ordered by it."""
    asked = get_object_or_404(Enquiry.objects.with_quotes(), uuid=uuid)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, asked, reason=form, status=422)
    if asked.quote is None:
        raise NotWithdrawable("There is no quote to withdraw.")
    because = form.cleaned_data["because"]
    custom_quotes.withdraw(
        quote=asked.quote, by=buyer_of(request), because=because, at=timezone.now()
    )
    messages.info(request, f"The quote is withdrawn, and {asked.buyer.name} is told.")
    return redirect("licensing:treasury_quote", uuid)


def _form(request: HttpRequest, asked: Enquiry) -> QuoteForm | None:
    """The answer's form; None when nothing can be had of the work at any price."""
    found = offered(asked.work, request.GET.get("kind", asked.kind))
    if found is None or not asked.work.is_published:
        return None
    posted = request.POST if request.method == "POST" else None
    return QuoteForm(posted, offered=found, initial={"until": timezone.localdate() + USUAL})


def _page(
    request: HttpRequest,
    asked: Enquiry,
    form: Form | None = None,
    *,
    reason: ReasonForm | None = None,
    status: int = 200,
) -> HttpResponse:
    [row] = rows([asked])
    treasurer = buyer_of(request).has_role(Role.TREASURER)
    answers = treasurer and asked.is_waiting and asked.buyer != request.user
    offer = offered(asked.work, request.GET.get("kind", asked.kind)) if answers else None
    context = {
        **row,
        "wanted": prices.current(at=timezone.now()).book.kind(asked.kind),
        "treasurer": treasurer,
        "offer": offer,
        "form": (form or _form(request, asked)) if answers else None,
        "reason": (reason or ReasonForm()) if treasurer else None,
    }
    return render(request, "licensing/treasury_quote.html", context, status=status)
