"""The buyer's own invoices and credit notes, and whom they are made out to."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from invoicing.models import Invoice, InvoiceQuerySet
from invoicing.services import assessing, documents
from invoicing.services.billing_form import BillingForm
from members.models import User
from stockcoop.kernel import canonical
from stockcoop.kernel.access import audience


@audience("account")
@require_http_methods(["GET", "HEAD", "POST"])
def billing(request: HttpRequest) -> HttpResponse:
    """Whom the account's next invoices are made out to, and where they are taxed."""
    assert isinstance(request.user, User)
    book = assessing.current(at=timezone.now())
    known = assessing.billing_of(user=request.user)
    form = BillingForm.showing(known, book=book)
    status = 200
    if request.method == "POST":
        form, status = BillingForm(request.POST, book=book), 422
        if form.is_valid():
            assessing.remember(user=request.user, billing=form.billing())
            messages.success(request, "Your next invoice is made out like this.")
            return redirect("invoicing:billing")
    return render(request, "invoicing/billing.html", {"form": form}, status=status)


@audience("account")
@require_safe
def pdf(request: HttpRequest, number: str) -> HttpResponse:
    """One document of the buyer as a PDF; the same bytes each time."""
    assert isinstance(request.user, User)
    return as_pdf(Invoice.objects.of(request.user), number)


@audience("account")
@require_safe
def json(request: HttpRequest, number: str) -> HttpResponse:
    """All that a document says, in the form that its digest is taken of."""
    assert isinstance(request.user, User)
    shown = get_object_or_404(Invoice.objects.of(request.user).numbered(number))
    return _file(canonical.encode(shown.content), "application/json", f"{shown.name}.json")


def as_pdf(rows: InvoiceQuerySet, number: str) -> HttpResponse:
    """The PDF of the document called `number` among `rows`, or 404."""
    shown = get_object_or_404(rows.numbered(number))
    return _file(documents.as_pdf(shown), "application/pdf", f"{shown.name}.pdf")


def _file(body: bytes, media_type: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return HttpResponse(body, content_type=media_type, headers=headers)
