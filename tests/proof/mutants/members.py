"""Faults in what members are paid and told."""

from tests.proof.mutants.mutant import mutant

MEMBERS = (
    mutant(
        "the gateway is booked what was withheld too",
        "royalties/services/payouts.py",
        "credit=chart.gateway(gateway), amount=payout.net)",
        "credit=chart.gateway(gateway), amount=payout.amount)",
        "gateway_paid_what_is_booked",
        "members_have_what_facts_give",
        "payouts_are_made_of_their_parts",
        "payouts_take_what_was_there",
    ),
    mutant(
        "nothing is withheld in the ledger",
        "royalties/services/payouts.py",
        "        if part.withheld_minor\n",
        "        if part.withheld_minor < 0\n",
        "members_have_what_facts_give",
        "withheld_is_owed_to_authorities",
    ),
    mutant(
        "a payout is sent before anything is withheld",
        "royalties/services/payouts.py",
        "member=payout.member_id, amount=payout.net, account=account)",
        "member=payout.member_id, amount=payout.amount, account=account)",
        "gateway_paid_what_is_booked",
    ),
    mutant(
        "a payout takes what is not there any more",
        "royalties/services/payouts.py",
        "    if balance < stored.amount:\n",
        "    if balance < balance:\n",
        "payouts_take_what_was_there",
    ),
    mutant(
        "a failed payout is booked",
        "royalties/services/payouts.py",
        "        return _fail(payout, str(failure))\n",
        '        return _settle(payout, gateway.name, Sent("none"), at)\n',
        "gateway_paid_what_is_booked",
    ),
    mutant(
        "more comes back than was sent",
        "royalties/services/returns.py",
        "reference=payout.reference, amount=payout.net)",
        "reference=payout.reference, amount=payout.amount)",
        "gateway_paid_what_is_booked",
    ),
    mutant(
        "withholding is rounded up",
        "royalties/rules/withholding.py",
        "return taxed * rate_bp // WHOLE_BP",
        "return -(-taxed * rate_bp // WHOLE_BP)",
        "payouts_are_made_of_their_parts",
    ),
    mutant(
        "a proposer may approve their own run",
        "royalties/services/four_eyes.py",
        "state=state.value, decided_by=by, decided_at=at",
        "state=state.value, decided_by=row.proposed_by, decided_at=at",
        "the_database_refuses_nothing",
    ),
    mutant(
        "a statement opens with its own month",
        "royalties/services/accounts.py",
        "for balance in balances.below(chart.MEMBERS, until=_period(month)[0])",
        "for balance in balances.below(chart.MEMBERS, until=_period(month)[1])",
        "statements_stay_as_issued",
    ),
)
