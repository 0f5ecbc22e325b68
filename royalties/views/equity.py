"""A member's retained patronage: what stands of which year, consent, the written notices."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from royalties.models import PatronageNotice
from royalties.rules.redemption import Held
from royalties.services import exports, patronage, redemptions
from royalties.views.asking import signed_in
from stockcoop.kernel.access import audience
from stockcoop.kernel.money import Money, total


@audience("account")
@require_GET
def equity(request: HttpRequest) -> HttpResponse:
    """What was retained of each year, what of it was redeemed, what stands and until when."""
    user, now = signed_in(request), timezone.now()
    terms = redemptions.schedule(now)
    stands = {held.notice: held for held in redemptions.holdings(user)}
    rows = [
        {
            "notice": notice,
            "stands": held.amount if (held := stands.get(notice.pk)) else None,
            "redeemed": Money(notice.redeemed, notice.currency),
            "due_in": terms.due_in(held) if terms and held and held.amount else None,
        }
        for notice in PatronageNotice.objects.of(user).with_redeemed()
    ]
    context = {
        "rows": rows,
        "total": total((held.amount for held in stands.values()), settings.CURRENCY),
        "consent": patronage.consents(now).get(user.pk),
        "is_suspended": any(held.member == user.pk for held in _suspended()),
    }
    return render(request, "royalties/equity.html", context)


@audience("member")
@require_POST
def consent(request: HttpRequest) -> HttpResponse:
    """Consent to retained patronage, or end one's consent."""
    given = request.POST.get("given") == "yes"
    patronage.consent(member=signed_in(request), given=given, at=timezone.now())
    messages.success(request, "Your consent is recorded." if given else "Your consent has ended.")
    return redirect("royalties:equity")


@audience("account")
@require_GET
def notice_pdf(request: HttpRequest, year: int) -> HttpResponse:
    """The asker's written notice of a year, on paper."""
    own = PatronageNotice.objects.of(signed_in(request)).select_related("member", "distribution")
    notice = get_object_or_404(own, year=year)
    answer = HttpResponse(exports.notice_pdf(notice), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="patronage-{year}.pdf"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _suspended() -> tuple[Held, ...]:
    return redemptions.falling_due(timezone.now()).suspended
