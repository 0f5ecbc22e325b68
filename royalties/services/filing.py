"""What a year's payouts come to on the authorities' forms, held against the ledger."""

import csv
import io
from collections import defaultdict
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet, Sum

from ledger.services import heads
from members.models import Membership, User
from royalties.models import Payout, PayoutPart, TaxProfile, TaxTerms
from royalties.rules import chart
from royalties.rules.tax_forms import Filed, FormTerms, Recipient, is_filed, sums
from royalties.rules.withholding import Paid
from royalties.services import surplus
from stockcoop.kernel.errors import Refused
from stockcoop.kernel.money import Money
from stockcoop.kernel.spreadsheets import harmless


class NoForm(Refused):
    """The co-op's data know no such form."""

    status = 404


class NotBalanced(Refused):
    """The parts of the payouts are not what the ledger says was paid and withheld."""


def terms_of(code: str, at: datetime) -> FormTerms:
    """What the co-op says of the form `code` at `at`. Raises NoForm."""
    terms = TaxTerms.objects.in_force(at).first()
    form = terms.form(code) if terms else None
    if form is None:
        raise NoForm(f"The co-op's data know no form {code}.")
    return form


def rows(form: FormTerms, *, year: int, at: datetime) -> list[Filed]:
    """Each member on the form for what was paid in `year`, by membership number.

    A payout counts in the year in which it was paid; one that was taken back counts against the
    year of that. Raises NotBalanced when the year's parts are not what the ledger says.
    """
    check(year)
    found = _sums(year)
    listed = {member: of[form.payments] for member, of in found.items() if form.payments in of}
    recipients = _recipients(list(listed), at)
    currency = settings.CURRENCY
    told = [
        Filed(recipients[member], Money(paid, currency), Money(kept, currency))
        for member, (paid, kept) in listed.items()
    ]
    return sorted(
        (row for row in told if is_filed(form, row)),
        key=lambda row: (row.recipient.number or 0, row.recipient.member),
    )


def as_csv(form: FormTerms, filed: list[Filed], *, year: int) -> str:
    """The form as CSV (RFC 4180): a row for each recipient, and a last one with the totals."""
    out = io.StringIO()
    table = csv.writer(out)
    head = ("form", "year", "payer", "member number", "recipient", "country", "form on file")
    table.writerow([*head, "tax id ends in", "currency", form.paid_box, form.withheld_box])
    for row in filed:
        who = row.recipient
        first = [form.code, year, harmless(settings.COOP_NAME), who.number or ""]
        known = [harmless(who.name), who.country, who.form, harmless(who.id_ending)]
        table.writerow([*first, *known, settings.CURRENCY, *_boxes(row.paid, row.withheld)])
    paid, withheld = sums(filed, settings.CURRENCY)
    first = [form.code, year, harmless(settings.COOP_NAME), ""]
    table.writerow([*first, "Total", "", "", "", settings.CURRENCY, *_boxes(paid, withheld)])
    return out.getvalue()


def check(year: int) -> None:
    """Raise NotBalanced unless the parts of the year's payouts are what the ledger paid.

    Held against each other member by member: all that payouts moved out of the account.
    """
    since, until = surplus.span(year)
    found = _sums(year)
    codes = [chart.member(pk) for pk in User.objects.values_list("pk", flat=True)]
    told = heads.by_head(codes, currency=settings.CURRENCY, since=since, until=until)
    whole = _without_parts(since, until)
    for code in codes:
        member = chart.member_of(code)
        assert member is not None
        stored = sum(paid for paid, _ in found.get(member, {}).values()) + whole.get(member, 0)
        computed = -told.get(code, {}).get("payout", 0)
        if stored != computed:
            raise NotBalanced(
                f"Member {member} was paid {computed} minor units in {year} by the ledger, and "
                f"{stored} by the payouts. Run manage.py verify."
            )


def _boxes(*amounts: Money) -> list[str]:
    return [amount.decimal() for amount in amounts]


def _sums(year: int) -> dict[int, dict[Paid, tuple[int, int]]]:
    """Of each member, what was paid and withheld in `year` for each kind, in minor units."""
    since, until = surplus.span(year)
    parts = PayoutPart.objects.filter(payout__currency=settings.CURRENCY).order_by()
    inside = (
        (1, parts.filter(payout__settled_at__gte=since, payout__settled_at__lt=until)),
        (
            -1,
            parts.filter(payout__returned__done_at__gte=since, payout__returned__done_at__lt=until),
        ),
    )
    found: dict[int, dict[Paid, tuple[int, int]]] = defaultdict(dict)
    for sign, counted in inside:
        of_each = counted.values_list("payout__member", "kind")
        for member, kind, paid, kept in of_each.annotate(Sum("base_minor"), Sum("withheld_minor")):
            before = found[member].get(Paid(kind), (0, 0))
            found[member][Paid(kind)] = (before[0] + sign * paid, before[1] + sign * kept)
    return found


def _without_parts(since: datetime, until: datetime) -> dict[int, int]:
    """Payouts from before parts were kept: no form tells them."""
    old: QuerySet[Payout] = Payout.objects.filter(parts=None, currency=settings.CURRENCY)
    found: dict[int, int] = defaultdict(int)
    for sign, moment in ((1, "settled_at"), (-1, "returned__done_at")):
        inside = old.filter(**{f"{moment}__gte": since, f"{moment}__lt": until}).order_by()
        for member, minor in inside.values_list("member").annotate(Sum("amount_minor")):
            found[member] += sign * minor
    return found


def _recipients(members: list[int], at: datetime) -> dict[int, Recipient]:
    names = dict(User.objects.filter(pk__in=members).values_list("pk", "name"))
    numbers = dict(
        Membership.objects.filter(user__in=members).order_by("number").values_list("user", "number")
    )
    stated = TaxProfile.objects.in_force(at).filter(member__in=members)
    known = {profile.member_id: profile for profile in stated}
    found = {}
    for member in members:
        profile = known.get(member) or TaxProfile(member_id=member)
        found[member] = Recipient(
            member=member,
            number=numbers.get(member),
            name=names[member],
            country=profile.country,
            form=profile.form,
            id_ending=profile.id_ending,
        )
    return found
