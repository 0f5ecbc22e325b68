"""What is withheld from payouts: worked out when a run is proposed, kept with each payout."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Max, Q, Sum

from ledger.services import heads
from royalties.models import Payout, PayoutPart, TaxProfile, TaxTerms
from royalties.rules import chart
from royalties.rules.payouts import PayoutState
from royalties.rules.withholding import Paid, Part, Profile, parts
from royalties.services import surplus
from royalties.services.periods import month_of

_NOBODY = Profile()
_BACK = Q(returned__entry__isnull=False)


def keep_parts(payouts: Sequence[Payout], at: datetime) -> None:
    """Store what each of `payouts`, proposed at `at`, pays for, and what is withheld of it."""
    if not payouts:
        return
    members = [payout.member_id for payout in payouts]
    terms = TaxTerms.objects.in_force(at).first()
    rules = terms.rules() if terms else []
    profiles = profiles_of(members, at)
    unpaid = _unpaid(members, payouts[0].currency)
    before = _paid_in_year(members, payouts[0].currency, at)
    PayoutPart.objects.bulk_create(
        _row(payout, part)
        for payout in payouts
        for part in parts(
            payout.amount_minor,
            unpaid=unpaid[payout.member_id],
            before=before[payout.member_id],
            rules=rules,
            profile=profiles.get(payout.member_id, _NOBODY),
        )
    )


def profiles_of(members: Iterable[int], at: datetime) -> dict[int, Profile]:
    """The tax profiles in force of those of `members` who have stated one."""
    stated = TaxProfile.objects.in_force(at).filter(member__in=members)
    return {profile.member_id: profile.value() for profile in stated}


def _row(payout: Payout, part: Part) -> PayoutPart:
    rule = part.rule
    row = PayoutPart(
        payout=payout,
        kind=part.kind,
        base_minor=part.base,
        before_minor=part.before,
        rule=rule.code if rule else "",
        authority=rule.authority if rule else "",
        words=rule.words if rule else "",
        rate_bp=part.rate_bp,
        free_minor=rule.free_minor if rule else 0,
        withheld_minor=part.withheld,
    )
    row.digest = row.computed_digest()
    return row


def _unpaid(members: Sequence[int], currency: str) -> dict[int, dict[Paid, int]]:
    """What was credited to each member and is not paid yet, of each kind."""
    found: dict[int, dict[Paid, int]] = {}
    for since, group in _by_last_whole_payout(members).items():
        codes = {chart.member(member): member for member in group}
        told = heads.by_head(list(codes), currency=currency, since=since)
        found |= {member: _credited(told.get(code, {})) for code, member in codes.items()}
    rows = _parts_that_count(members, currency).values_list("payout__member", "kind")
    for member, kind, minor in rows.annotate(Sum("base_minor")):
        found[member][Paid(kind)] -= minor
    return found


def _by_last_whole_payout(members: Sequence[int]) -> dict[datetime | None, list[int]]:
    """The members by when a payout that kept no parts last paid them: it paid all there was."""
    old = Payout.objects.filter(member__in=members, state=PayoutState.PAID, parts=None)
    last = dict(old.order_by().values_list("member").annotate(Max("settled_at")))
    found: dict[datetime | None, list[int]] = defaultdict(list)
    for member in members:
        found[last.get(member)].append(member)
    return found


def _credited(told: Mapping[str, int]) -> dict[Paid, int]:
    sums: dict[Paid, int] = defaultdict(int)
    for head, minor in told.items():
        if head != "payout":
            sums[Paid.of(head)] += minor
    return sums


def _paid_in_year(
    members: Sequence[int], currency: str, at: datetime
) -> Mapping[int, dict[Paid, int]]:
    """What each member was paid of each kind in the calendar year of `at`."""
    start, end = surplus.span(month_of(at).year)
    inside = _parts_that_count(members, currency).filter(
        payout__run__proposed_at__gte=start, payout__run__proposed_at__lt=end
    )
    found: dict[int, dict[Paid, int]] = defaultdict(dict)
    for member, kind, minor in inside.values_list("payout__member", "kind").annotate(
        Sum("base_minor")
    ):
        found[member][Paid(kind)] = minor
    return found


def _parts_that_count(members: Sequence[int], currency: str) -> Any:
    """Parts of payouts that were paid and not taken back."""
    back = Payout.objects.filter(_BACK, member__in=members)
    paid = PayoutPart.objects.filter(
        payout__member__in=members, payout__currency=currency, payout__state=PayoutState.PAID
    )
    return paid.exclude(payout__in=back).order_by()
