"""Accounts of the ledger in words, with the names of members."""

from collections.abc import Iterable

from members.models import User
from royalties.rules import chart


def of_accounts(codes: Iterable[str]) -> dict[str, str]:
    """What pages call each of `codes`: the member's name for a member's account."""
    wanted = set(codes)
    members = {code: chart.member_of(code) for code in wanted}
    names = dict(
        User.objects.filter(pk__in=[pk for pk in members.values() if pk]).values_list("pk", "name")
    )
    return {code: names.get(members[code] or 0, "") or chart.words(code) for code in wanted}
