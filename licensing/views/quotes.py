"""Custom quotes as buyers see them: asking, the answers, and putting one into the cart."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from licensing.forms import EnquiryForm
from licensing.models import CartLine, CustomQuote, Enquiry
from licensing.rules import chooser
from licensing.rules.chooser import Chooser
from licensing.rules.offers import Choice
from licensing.services import carts, custom_quotes, enquiries, exclusives, prices
from licensing.views.sessions import buyer_of, count_cart, set_undo
from media.models import Work
from stockcoop.kernel.access import audience
from stockcoop.kernel.errors import Refused
from stockcoop.kernel.web import page_of


@audience("account")
@require_http_methods(["GET", "HEAD", "POST"])
def enquire(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Say what a work is wanted for, and ask for a price."""
    work = get_object_or_404(Work.objects.published().with_renditions(), uuid=uuid)
    form = EnquiryForm(request.POST or None, offered=offered(work))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                enquiries.ask(
                    buyer=buyer_of(request), work=work, at=timezone.now(), **form.cleaned_data
                )
            except Refused as refusal:
                form.add_error(None, refusal.message)
                status = refusal.status
            else:
                messages.success(request, "Your enquiry is sent; the answer comes by e-mail too.")
                return redirect("licensing:quotes")
    return render(request, "licensing/enquire.html", {"work": work, "form": form}, status=status)


@audience("account")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What one has asked, and what was answered."""
    page = page_of(request, Enquiry.objects.of(buyer_of(request)), per=20)
    return render(request, "licensing/quotes.html", {"page": page, "rows": rows(page)})


@audience("account")
@require_POST
def take(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Put a work into the cart by a custom quote."""
    buyer = buyer_of(request)
    quote = get_object_or_404(CustomQuote.objects.of(buyer), uuid=uuid)
    work = quote.enquiry.work
    before = CartLine.objects.of(buyer).filter(work=work).first()
    try:
        carts.put(
            buyer=buyer, work=work, choice=quote.choice, custom_quote=quote, at=timezone.now()
        )
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("licensing:quotes")
    count_cart(request)
    if before and before.custom_quote != quote:
        set_undo(request, before, f"Your choice for “{work.title}” has changed.")
    return redirect("licensing:cart")


@audience("account")
@require_POST
def take_back(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Want no answer any more."""
    enquiry = get_object_or_404(Enquiry.objects.of(buyer_of(request)), uuid=uuid)
    enquiries.take_back(enquiry=enquiry, at=timezone.now())
    messages.info(request, "Your enquiry is taken back.")
    return redirect("licensing:quotes")


def rows(page: Any) -> list[dict[str, Any]]:
    """Each enquiry of `page` with its quote in parts, and why that cannot be taken if so."""
    now, found = timezone.now(), []
    for enquiry in page:
        given = enquiry.quote
        row = {"enquiry": enquiry, "given": given, "quote": None, "gone": ""}
        if given:
            row |= {"quote": given.quote(), "gone": custom_quotes.obstacle(given, at=now)}
        found.append(row)
    return found


def offered(work: Work, kind: str = "") -> Chooser | None:
    """What can be had of `work` as a licence of `kind`, if that is offered."""
    book = prices.current(at=timezone.now()).book
    item = prices.item_of(work, exclusives.past_of(work))
    return chooser.of(book, item, Choice(kind, ""))
