"""Recording the hours that members worked in a year."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from members.models import Membership, User
from royalties.models import DistributionPlan, WorkedHours
from stockcoop.kernel.errors import Refused


class HoursInUse(Refused):
    """Plans were worked out with the hours of the year."""


class NotAMember(Refused):
    """There is no membership under this number."""

    status = 422


@transaction.atomic
def record(*, year: int, minutes: Mapping[int, int], by: User, at: datetime) -> int:
    """Record minutes of work in `year` by membership number; how many are new or changed.

    Raises HoursInUse once a plan of the year exists, NotAMember for a number nobody has.
    """
    if DistributionPlan.objects.filter(close__year=year).exists():
        raise HoursInUse(f"The surplus of {year} was shared out in plans with the hours as known.")
    members = dict(Membership.objects.filter(number__in=minutes).values_list("number", "user_id"))
    if missing := sorted(minutes.keys() - members.keys()):
        raise NotAMember(f"No membership has the number {missing[0]}.")
    have = of_year(year)
    changed = [
        WorkedHours(
            year=year, member_id=members[number], minutes=spent, recorded_by=by, recorded_at=at
        )
        for number, spent in sorted(minutes.items())
        if have.get(members[number]) != spent
    ]
    for row in changed:
        row.save()
    return len(changed)


def of_year(year: int) -> dict[int, int]:
    """Minutes of work in `year` by user id: the newest record of each."""
    rows = WorkedHours.objects.filter(year=year).order_by("recorded_at", "pk")
    return dict(rows.values_list("member", "minutes"))
