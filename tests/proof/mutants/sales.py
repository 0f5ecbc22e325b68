"""Faults in sales: their rule, their split, what takes them back."""

from tests.proof.mutants.mutant import mutant

SALES = (
    mutant(
        "half a cent goes to the co-op",
        "royalties/rules/splits.py",
        "artists, coop = portions(price, [WHOLE_BP - coop_rate_bp, coop_rate_bp])",
        "coop, artists = portions(price, [coop_rate_bp, WHOLE_BP - coop_rate_bp])",
        "parts_make_the_price",
    ),
    mutant(
        "a tie goes to the later member",
        "royalties/rules/splits.py",
        "ordered = sorted(shares)",
        "ordered = sorted(shares, reverse=True)",
        "no_part_is_a_cent_off",
    ),
    mutant(
        "an agreement counts an hour late",
        "media/services/splits.py",
        "media_split_held(%(work)s, %(at)s)",
        "media_split_held(%(work)s, %(at)s - interval '1 hour')",
        "sales_follow_the_split_of_their_moment",
    ),
    mutant(
        "an agreement counts before it begins",
        "media/services/splits.py",
        "media_split_held(%(work)s, %(at)s)",
        "media_split_held(%(work)s, 'infinity')",
        "sales_follow_the_split_of_their_moment",
    ),
    mutant(
        "the oldest rate counts for ever",
        "royalties/rules/rates.py",
        "return max(holding, key=lambda rule: rule.rank, default=None)",
        "return min(holding, key=lambda rule: rule.rank, default=None)",
        "sales_follow_the_rate_of_their_moment",
    ),
    mutant(
        "all co-creators are told to have the same",
        "royalties/services/sales.py",
        '"minor": part.amount.minor}',
        '"minor": split.artists.minor // len(split.parts)}',
        "commission_is_the_coops_part",
        "members_have_what_facts_give",
        "no_part_is_a_cent_off",
        "parts_make_the_price",
        "sales_are_booked_as_they_were_split",
    ),
    mutant(
        "the co-op books its part with the price",
        "royalties/rules/splits.py",
        "shared = [(chart.COMMISSION, split.coop)]",
        "shared = [(chart.COMMISSION, split.price)]",
        "commission_is_the_coops_part",
        "gateway_holds_what_came_in",
        "sales_are_booked_as_they_were_split",
    ),
    mutant(
        "a second refund reverses the sale itself",
        "royalties/services/sales.py",
        "entry=last.restoration.entry if last else sale.entry,",
        "entry=sale.entry,",
        "every_call_answers_or_refuses",
    ),
    mutant(
        "the tax is sold with the licence",
        "licensing/services/settling.py",
        "        price=line.price,\n        gateway=payment.gateway,",
        "        price=line.gross,\n        gateway=payment.gateway,",
        "a_licence_is_one_sale",
        "gateway_holds_what_came_in",
    ),
    mutant(
        "a refund is an entry of its own",
        "royalties/services/sales.py",
        "    made.entry = posting.reverse(\n"
        "        entry=last.restoration.entry if last else sale.entry,\n",
        "    made.entry = posting.post(\n"
        "        postings=[type(m)(m.credit, m.debit, m.amount) for m in sale.entry.moves()],\n",
        "refunds_and_restorations_take_turns",
    ),
)
