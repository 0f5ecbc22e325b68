"""All facts that a member needs to compute a period again, with nobody else's name in them."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.utils import timezone

from members.models import User
from royalties.models import Distribution, DistributionPlan, PatronageNotice, Sale
from royalties.models.base import moment
from royalties.rules.law import Law
from royalties.rules.months import Month
from royalties.rules.statements import Line
from royalties.rules.steps import Facts
from royalties.services import patronage, periods, statements
from stockcoop.kernel.money import Money, exponent

YOU = "you"


def of_month(*, member: User, month: Month) -> dict[str, Any]:
    """The month's lines and each surplus distributed in it; see docs/recompute.py for the form."""
    zone = timezone.get_default_timezone()
    plans = DistributionPlan.objects.filter(
        distribution__at__gte=month.start(zone), distribution__at__lt=month.end(zone)
    )
    return _file(member, str(month), [month], plans)


def of_year(*, member: User, year: int) -> dict[str, Any]:
    """The months of `year` that have begun, and every plan for its surplus."""
    now = periods.month_of(timezone.now())
    months = [month for number in range(1, 13) if (month := Month(year, number)) <= now]
    return _file(member, str(year), months, DistributionPlan.objects.filter(close__year=year))


def _file(member: User, period: str, months: list[Month], plans: Any) -> dict[str, Any]:
    rows = plans.select_related("close").prefetch_related("shares").order_by("close", "number")
    return {
        "coop": settings.COOP_NAME,
        "currency": settings.CURRENCY,
        "decimals": exponent(settings.CURRENCY),
        "period": period,
        "months": [_month(member, month) for month in months],
        "plans": [_plan(member, row) for row in rows],
    }


def _month(member: User, month: Month) -> dict[str, Any]:
    reading = statements.read(member=member, month=month)
    account = reading.account
    sold = Sale.objects.in_bulk({line.terms.sale for line in account.lines if line.terms})
    return {
        "member": member.pk,
        "month": str(month),
        "opening": account.opening.minor,
        "lines": [_line(member, line, sold) for line in account.lines],
        "stated": {
            "closing": reading.issued.closing_minor if reading.issued else account.closing.minor,
            "digest": reading.issued.digest if reading.issued else reading.digest,
            "issued": bool(reading.issued),
        },
    }


def _line(member: User, line: Line, sold: dict[int, Sale]) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "at": moment(line.at),
        "source": line.source,
        "amount": line.amount.minor,
    }
    if line.terms:
        facts["sale"] = {
            "title": line.terms.title,
            "buyer": line.terms.buyer,
            "licence_kind": line.terms.licence_kind,
            "price": line.terms.price.minor,
            "coop_rate_bp": line.terms.coop_rate_bp,
            "shares": list(_shares(member, sold[line.terms.sale])),
        }
    return facts


def _shares(member: User, sale: Sale) -> Iterator[list[str | int]]:
    """The co-creators' weights in the order in which cents are given out."""
    for number, (who, weight) in enumerate(sorted(sale.shares), start=1):
        yield [YOU if who == member.pk else f"co-creator {number}", weight]


def _plan(member: User, row: DistributionPlan) -> dict[str, Any]:
    shares = list(row.shares.all())
    done = Distribution.objects.filter(close=row.close).first()
    consented = patronage.has_consented(member, done.at if done else timezone.now())
    share = sum(share.amount_minor for share in shares if share.member_id == member.pk)
    law, facts = Law.read(row.law), row.facts or Facts.none(row.close.currency).stated()
    return {
        "year": row.close.year,
        "number": row.number,
        "surplus": row.close.surplus.minor,
        "law": law.stated(),
        "consented": consented,
        "facts": facts,
        "weights": {
            part.share_class: [
                [YOU if share.member_id == member.pk else f"member {number}", share.weight]
                for number, share in enumerate(shares, start=1)
                if share.share_class == part.share_class
            ]
            for part in law.parts
        },
        "stated": {
            "steps": [taken.amount.minor for taken in row.value().taken],
            "classes": row.slices,
            "share": share,
            "cash": _cash(row, member, share, consented=consented),
        },
    }


def _cash(row: DistributionPlan, member: User, share: int, *, consented: bool) -> int:
    """What of `share` is paid: as the written notice says, or would if this plan were adopted."""
    notice = PatronageNotice.objects.filter(distribution__plan=row, member=member).first()
    if notice is not None:
        return notice.cash_minor
    if Distribution.objects.filter(plan=row).exists():
        return share  # of before there were notices: all of it
    whole = Money(share, row.close.currency)
    return Law.read(row.law).retention.allot(whole, consented=consented).cash.minor
