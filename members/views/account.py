"""Pages of a person about themselves: account, notices, leaving."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from members.forms import AccountForm
from members.models import Membership, User
from members.services import accounts, memberships, notices
from stockcoop.kernel.access import audience
from stockcoop.kernel.errors import Refused
from stockcoop.kernel.web import page_of


def signed_in(request: HttpRequest) -> User:
    """The asker, on a page whose audience is signed in."""
    assert isinstance(request.user, User)
    return request.user


@audience("account")
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """The account: name and handle, membership, offices, ways to sign in."""
    user = signed_in(request)
    # A form of its own row: a refused name must not show up in the page's header.
    posted = request.POST if request.method == "POST" else None
    form = AccountForm(posted, instance=User.objects.get(pk=user.pk))
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                accounts.rename(user=user, **form.cleaned_data)
            except Refused as refusal:
                form.add_error(None, refusal.message)
                status = refusal.status
            else:
                messages.success(request, "Saved.")
                return redirect("members:account")
    history = Membership.objects.filter(user=user).select_related("share_class")
    context = {"form": form, "memberships": history, "grants": user.grants.all()}
    return render(request, "members/account.html", context, status=status)


@audience("member")
@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest) -> HttpResponse:
    """Say what leaving means, and leave."""
    user = signed_in(request)
    refusal = None
    if request.method == "POST":
        try:
            memberships.leave(user=user, at=timezone.now())
        except Refused as error:
            refusal = error
        else:
            messages.success(request, "You have left the co-op. Your history stays with you.")
            return redirect("members:account")
    context = {"membership": user.membership, "refusal": refusal}
    status = refusal.status if refusal else 200
    return render(request, "members/leave.html", context, status=status)


@audience("account")
@require_http_methods(["GET", "POST"])
def notices_page(request: HttpRequest) -> HttpResponse:
    """What the co-op told the asker, newest first; POST marks all as read."""
    user = signed_in(request)
    if request.method == "POST":
        notices.mark_read(recipient=user, at=timezone.now())
        return redirect("members:notices")
    context = {
        "page": page_of(request, user.notices.all(), per=30),
        "unread": user.notices.unread().count(),
    }
    return render(request, "members/notices.html", context)
