"""Pages of applicants and the register that members read."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from members.forms import ApplyForm
from members.models import Application, Membership, PortfolioImage, ShareClass, User
from members.services import applications
from members.views.account import signed_in
from stockcoop.kernel import files
from stockcoop.kernel.access import audience
from stockcoop.kernel.errors import Refused
from stockcoop.kernel.web import page_of


@audience("account")
@require_http_methods(["GET", "POST"])
def apply(request: HttpRequest) -> HttpResponse:
    """Apply to join; afterwards, where the application stands."""
    user = signed_in(request)
    terms = applications.terms_at(timezone.now())
    sent, status = request.method == "POST", 200
    form = ApplyForm(
        request.POST if sent else None,
        request.FILES if sent else None,
        most_images=terms.most_images,
    )
    if sent:
        status = _submit(form, user)
        if form.is_valid():
            messages.success(request, "Thank you. Your application is with the board.")
            return redirect("members:apply")
    context = {
        "form": form,
        "terms": terms,
        "latest": Application.objects.of(user).prefetch_related("images").first(),
    }
    return render(request, "members/apply.html", context, status=status)


def _submit(form: ApplyForm, applicant: User) -> int:
    """Send the application that the form holds; a refusal becomes an error of the form.

    The status to answer with when the form has errors.
    """
    if not form.is_valid():
        return 422
    try:
        applications.submit(
            applicant=applicant,
            share_class=form.cleaned_data["share_class"],
            statement=form.cleaned_data["statement"],
            website=form.cleaned_data["website"],
            files=form.portfolio(),
            at=timezone.now(),
        )
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return refusal.status
    return 200


@audience("account")
@require_POST
def withdraw(request: HttpRequest) -> HttpResponse:
    """Take back one's own application."""
    applications.withdraw(applicant=signed_in(request), at=timezone.now())
    messages.success(request, "Your application is withdrawn.")
    return redirect("members:apply")


@audience("account")
@require_GET
def portfolio_image(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One image of a portfolio, for its applicant and the board."""
    visible = PortfolioImage.objects.visible_to(signed_in(request))
    image = get_object_or_404(visible, pk=pk)
    response = files.private(image.key, media_type="image/jpeg")
    # Not as long as an address of the bucket lasts.
    response["Cache-Control"] = "private, max-age=240"
    return response


@audience("member")
@require_GET
def register(request: HttpRequest) -> HttpResponse:
    """The register of members, for members; `?class=` shows one class."""
    open_now = Membership.objects.open().select_related("user", "share_class")
    chosen = ShareClass.objects.filter(code=request.GET.get("class", "")).first()
    rows = open_now.filter(share_class=chosen) if chosen else open_now
    context = {
        "page": page_of(request, rows, per=60),
        "share_classes": ShareClass.objects.all(),
        "chosen": chosen,
        "total": open_now.count(),
    }
    return render(request, "members/register.html", context)
