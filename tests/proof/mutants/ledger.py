"""Faults in the ledger and in how money is shared out."""

from tests.proof.mutants.mutant import mutant

LEDGER = (
    mutant(
        "the last cent is lost",
        "stockcoop/kernel/money.py",
        "for i in neediest[:left]:",
        "for i in neediest[: left - 1]:",
        "commission_is_the_coops_part",
        "gateway_holds_what_came_in",
        "no_part_is_a_cent_off",
        "orders_bear_the_tax_of_their_place",
        "parts_make_the_price",
        "sales_are_booked_as_they_were_split",
    ),
    mutant(
        "the last cent goes to those who are short of least",
        "stockcoop/kernel/money.py",
        "key=lambda i: -(total * weights[i] % whole))",
        "key=lambda i: total * weights[i] % whole)",
        "no_part_is_a_cent_off",
    ),
    mutant(
        "a reversal repeats what it reverses",
        "ledger/rules/moves.py",
        "Move(debit=m.credit, credit=m.debit, amount=m.amount) for m in moves",
        "Move(debit=m.debit, credit=m.credit, amount=m.amount) for m in moves",
        "the_database_refuses_nothing",
    ),
    mutant(
        "a reversal leaves out the last posting",
        "ledger/services/posting.py",
        "    moves = mirrored(entry.moves())\n",
        "    moves = mirrored(entry.moves()[:1])\n",
        "the_database_refuses_nothing",
    ),
    mutant(
        "an entry has one posting less than it announces",
        "ledger/services/posting.py",
        "minor, currency FROM entry, named\n",
        "minor, currency FROM entry, named WHERE position = 0\n",
        "entries_are_whole",
        "gateway_holds_what_came_in",
        "members_have_what_facts_give",
        "sales_are_booked_as_they_were_split",
    ),
    mutant(
        "subtotals forget the months before",
        "ledger/services/subtotals.py",
        "SET net_minor = kept.net_minor + excluded.net_minor",
        "SET net_minor = excluded.net_minor",
        "balances_are_sums_of_postings",
        "subtotals_are_sums_of_postings",
    ),
    mutant(
        "subtotals leave out the newest entry",
        "ledger/services/subtotals.py",
        "WHERE entry_id > %(after)s AND entry_id <= %(upto)s",
        "WHERE entry_id > %(after)s AND entry_id < %(upto)s",
        "balances_are_sums_of_postings",
        "subtotals_are_sums_of_postings",
    ),
    mutant(
        "balances count an entry twice",
        "ledger/services/balances.py",
        "WHERE entry_id > %(mark)s AND",
        "WHERE entry_id >= %(mark)s AND",
        "balances_are_sums_of_postings",
    ),
)
