"""Members: what they are owed, what they were paid, what was told to them."""

MEMBERS = {
    # A balance is parts of sales that count, less payouts, and the cash of surpluses and of equity.
    "members_have_what_facts_give": """
SELECT format('%s: stands %s, facts give %s', code, s.minor, f.minor)
  FROM (SELECT code, minor FROM stood WHERE code ~ '^member:[0-9]+$') s
  FULL JOIN (
    SELECT 'member:' || member_id AS code, sum(minor)::bigint AS minor
      FROM (
        SELECT p.member_id, p.amount_minor AS minor
          FROM standing JOIN royalties_saleshare p ON p.sale_id = standing.id
         UNION ALL SELECT member_id, -amount_minor FROM paid
         UNION ALL SELECT member_id, cash_minor FROM royalties_patronagenotice
         UNION ALL SELECT member_id, amount_minor FROM redeemed
      ) facts GROUP BY 1
  ) f USING (code)
 WHERE coalesce(s.minor, 0) <> coalesce(f.minor, 0)
""",
    # Retained patronage stands until it is redeemed, and never does more go than was there.
    "equity_is_what_was_retained": """
SELECT format('%s: stands %s, facts give %s', code, s.minor, f.minor)
  FROM (SELECT code, minor FROM stood WHERE code ~ '^member:[0-9]+:equity$') s
  FULL JOIN (
    SELECT 'member:' || member_id || ':equity' AS code, sum(minor)::bigint AS minor
      FROM (
        SELECT member_id, retained_minor AS minor FROM royalties_patronagenotice
         UNION ALL SELECT member_id, -amount_minor FROM redeemed
      ) facts GROUP BY 1
  ) f USING (code)
 WHERE coalesce(s.minor, 0) <> coalesce(f.minor, 0) OR f.minor < 0
""",
    # A payout pays for its parts, and less reaches the member by what is withheld of them.
    "payouts_are_made_of_their_parts": """
SELECT format('payout %s', p.id)
  FROM royalties_payout p LEFT JOIN royalties_payoutpart part ON part.payout_id = p.id
 GROUP BY p.id
HAVING p.amount_minor <> coalesce(sum(part.base_minor), 0)
    OR bool_or(part.withheld_minor <> part.base_minor * part.rate_bp / 10000)
    OR (p.entry_id IS NOT NULL AND p.amount_minor - sum(part.withheld_minor) IS DISTINCT FROM (
          SELECT sum(side.minor) FROM side JOIN ledger_account a ON a.id = side.account_id
           WHERE side.entry_id = p.entry_id AND a.code = 'gateway:recording'))
""",
    # What was withheld of payouts that stand is owed to the authority.
    "withheld_is_owed_to_authorities": """
SELECT format('%s: stands %s, withheld %s', code, s.minor, f.minor)
  FROM (SELECT code, minor FROM stood WHERE code LIKE 'tax:withheld-%') s
  FULL JOIN (
    SELECT 'tax:withheld-' || part.authority AS code, sum(part.withheld_minor)::bigint AS minor
      FROM paid JOIN royalties_payoutpart part ON part.payout_id = paid.id
     WHERE part.authority <> '' GROUP BY 1
  ) f USING (code)
 WHERE coalesce(s.minor, 0) <> coalesce(f.minor, 0)
""",
    # Whoever is paid out had that much, and nothing is paid that two people did not decide.
    "payouts_take_what_was_there": """
SELECT format('payout %s leaves %s', p.id, left_over)
  FROM royalties_payout p JOIN royalties_payoutrun run ON run.id = p.run_id
  CROSS JOIN LATERAL (
    SELECT sum(side.minor) AS left_over
      FROM side JOIN ledger_account a ON a.id = side.account_id
     WHERE a.code = 'member:' || p.member_id AND side.entry_id <= p.entry_id
  ) rest
 WHERE p.entry_id IS NOT NULL
   AND (left_over < 0 OR run.state <> 'approved' OR run.decided_by_id = run.proposed_by_id)
""",
    # A payout of a member is open or paid once: nobody has two at a time.
    "nobody_has_two_open_payouts": """
SELECT format('member %s', member_id) FROM royalties_payout
 WHERE state IN ('planned', 'sending', 'stuck', 'failed')
 GROUP BY member_id HAVING count(*) > 1
""",
    # Nothing that happens later changes a month that was told.
    "statements_stay_as_issued": """
SELECT format('%s of member %s: told %s to %s, counted %s to %s',
              month, member_id, opening_minor, closing_minor, opening, closing)
  FROM royalties_statement told
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(side.minor) FILTER (WHERE side.at < told.month), 0) AS opening,
           coalesce(sum(side.minor), 0) AS closing
      FROM side JOIN ledger_account a ON a.id = side.account_id
     WHERE a.code = 'member:' || told.member_id
       AND side.at < (told.month + interval '1 month')
  ) counted
 WHERE (opening_minor, closing_minor) <> (opening, closing)
""",
}
