"""From which balance on each member is paid."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from members.models import Membership, User
from royalties.models import OwnFloor, PayoutTerms
from royalties.rules.payouts import own_floors
from stockcoop.kernel.errors import Refused
from stockcoop.kernel.money import Money


class BelowFloor(Refused):
    """The co-op pays out from a higher balance on."""

    status = 422


@transaction.atomic
def choose(*, member: User, floor: Money, at: datetime) -> OwnFloor:
    """Pay `member` from a balance of `floor` on, from `at` on. Raises BelowFloor."""
    terms = PayoutTerms.objects.in_force(at).first()
    if terms is None or terms.currency != floor.currency or floor < terms.floor:
        least = f"{terms.floor} on" if terms else "no balance yet"
        raise BelowFloor(f"The co-op pays out from {least}; your own floor cannot be lower.")
    newest = OwnFloor.objects.in_force(at).filter(member=member).first()
    if newest is not None and newest.floor == floor:
        return newest
    return OwnFloor.objects.create(
        member=member, floor_minor=floor.minor, currency=floor.currency, in_force_from=at
    )


def of_members(members: Iterable[int], *, floor: Money, at: datetime) -> dict[int, Money]:
    """The floors of those of `members` for whom another one than the co-op's `floor` counts."""
    asked = set(members)
    chosen = OwnFloor.objects.in_force(at).filter(member__in=asked)
    staying = Membership.objects.open_at(at).filter(user__in=asked).values_list("user", flat=True)
    return own_floors(
        {own.member_id: own.floor for own in chosen},
        floor=floor,
        leavers=asked - set(staying),
    )
