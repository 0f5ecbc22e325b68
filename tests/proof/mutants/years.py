"""Faults in the result of a year, its distribution, and what is kept of it."""

from tests.proof.mutants.mutant import mutant

YEARS = (
    mutant(
        "a year is closed in the next one",
        "royalties/services/surplus.py",
        "at=span(year)[1] - timedelta(microseconds=1),",
        "at=span(year)[1],",
        "years_close_on_their_result",
    ),
    mutant(
        "a year closes without its costs",
        "royalties/services/surplus.py",
        "balances.of_kinds([Kind.INCOME, Kind.EXPENSE], since=start, until=end)",
        "balances.of_kinds([Kind.INCOME], since=start, until=end)",
        "years_close_on_their_result",
    ),
    mutant(
        "patronage forgets what was refunded",
        "royalties/services/surplus.py",
        '        (-1, "sale__refunds__at"),\n',
        "",
        "patronage_follows_royalties",
    ),
    mutant(
        "patronage forgets what was restored",
        "royalties/services/surplus.py",
        '        (1, "sale__refunds__restoration__at"),\n',
        "",
        "patronage_follows_royalties",
    ),
    mutant(
        "nobody gets the part of an empty class",
        "royalties/rules/surplus.py",
        "due: dict[str, Money] = {chart.RESERVE: plan.vacant}",
        "due: dict[str, Money] = {}",
        "a_distribution_shares_out_all",
    ),
    mutant(
        "retained patronage goes to the reserve",
        "royalties/rules/surplus.py",
        "        due[chart.equity(member)] = paid.retained\n",
        "        due[chart.RESERVE] += paid.retained\n",
        "a_distribution_shares_out_all",
        "equity_is_what_was_retained",
    ),
    mutant(
        "cash is rounded down",
        "royalties/rules/retention.py",
        "cash = Money(-(-amount.minor * self.cash_bp // WHOLE_BP), amount.currency)",
        "cash = Money(amount.minor * self.cash_bp // WHOLE_BP, amount.currency)",
        "patronage_is_kept_by_consent",
    ),
    mutant(
        "patronage is retained without consent",
        "royalties/rules/retention.py",
        "if not self.retains or (not consented and self.without_consent is Form.CASH):",
        "if not self.retains:",
        "patronage_is_kept_by_consent",
    ),
    mutant(
        "a consent cannot be ended",
        "royalties/services/patronage.py",
        "return {member: found for member, found in newest.items() if found.given}",
        "return {member: found for member, found in newest.items()}",
        "patronage_is_kept_by_consent",
    ),
    mutant(
        "equity is redeemed again and again",
        "royalties/services/redemptions.py",
        "amount=Money(row.retained_minor - row.redeemed, row.currency),",
        "amount=Money(row.retained_minor, row.currency),",
        "the_database_refuses_nothing",
    ),
    mutant(
        "redeemed equity goes to the reserve",
        "royalties/services/redemptions.py",
        "            credit=chart.member(one.notice.member_id),\n",
        "            credit=chart.RESERVE,\n",
        "members_have_what_facts_give",
    ),
    mutant(
        "a distribution is dated in its year",
        "royalties/services/distributions.py",
        '        at=at,\n        memo=f"Surplus of',
        '        at=close.entry.at,\n        memo=f"Surplus of',
        "nothing_is_booked_into_a_closed_year",
    ),
    mutant(
        "artists share a surplus in equal parts",
        "royalties/rules/surplus.py",
        "            cents = allocate(amount, weights)\n",
        "            cents = allocate(amount, [1] * len(weights))\n",
        "no_share_of_a_surplus_is_a_cent_off",
    ),
)
