"""What a member earned: the balance, the last months, each sale."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from ledger.services import balances
from members.models import User
from members.rules.roles import Role
from royalties.adapters import gateways
from royalties.models import (
    DistributionShare,
    OwnFloor,
    Payout,
    PayoutTerms,
    SaleShare,
    Statement,
)
from royalties.rules import bars, chart
from royalties.services import earnings, holds, receiving, years
from royalties.views.asking import signed_in
from stockcoop.kernel.access import audience
from stockcoop.kernel.money import total
from stockcoop.kernel.web import page_of


@audience("account")
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Balance, the last twelve months as a chart and in figures, each sale, each surplus."""
    user = signed_in(request)
    now = timezone.now()
    sold = (
        SaleShare.objects.filter(member=user)
        .select_related("sale")
        .prefetch_related("sale__refunds__restoration")
        .order_by("-sale__sold_at", "-sale__pk")
    )
    context = {
        "balance": balances.of(chart.member(user.pk)),
        "terms": PayoutTerms.objects.in_force(now).first(),
        "open_payout": Payout.objects.open().filter(member=user).first(),
        "page": page_of(request, sold, per=25),
        "distributed": DistributionShare.objects.distributed_to(user),
        "held": holds.of_member(member=user, at=now),
        "own_floor": OwnFloor.objects.in_force(now).filter(member=user).first(),
        "years": years.issued_to(user),
        "statements": Statement.objects.filter(member=user).order_by("-month")[:12],
        **_account(user),
        **_earnings(user, now),
    }
    return render(request, "royalties/overview.html", context)


def _account(user: User) -> dict[str, object]:
    gateway = gateways.with_accounts()
    if gateway is None or not user.has_role(Role.MEMBER):
        return {"needs_account": False, "payout_account": None}
    account = receiving.account_of(member=user, gateway=gateway.name)
    return {"needs_account": True, "payout_account": account}


def _earnings(user: User, now: datetime) -> dict[str, object]:
    months = earnings.by_month(member=user, at=now)
    drawing = bars.chart([earned.minor for _, earned in months])
    return {
        "month": months[-1][0],
        "this_month": months[-1][1],
        "year": total((earned for _, earned in months), months[-1][1].currency),
        "chart": drawing,
        "months": [
            {"month": month, "earned": earned, "bar": bar}
            for (month, earned), bar in zip(months, drawing.bars, strict=True)
        ],
    }
