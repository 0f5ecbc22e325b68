"""The ledger: entries are whole, reversals mirror, what it tells is what was posted."""

BOOKS = {
    # An entry has the postings that it announces, at its own moment.
    "entries_are_whole": """
SELECT e.source
  FROM ledger_entry e LEFT JOIN ledger_posting p ON p.entry_id = e.id
 GROUP BY e.id
HAVING count(p.id) <> e.size OR min(p.amount_minor) <= 0 OR bool_or(p.at <> e.at)
""",
    # What is taken back is exactly what was booked.
    "reversals_mirror": """
SELECT back.source
  FROM ledger_entry back
 WHERE back.reverses_id IS NOT NULL
   AND (SELECT array_agg(ARRAY[debit_id, credit_id, amount_minor] ORDER BY position)
          FROM ledger_posting WHERE entry_id = back.id)
       IS DISTINCT FROM
       (SELECT array_agg(ARRAY[credit_id, debit_id, amount_minor] ORDER BY position)
          FROM ledger_posting WHERE entry_id = back.reverses_id)
""",
    # What the ledger says of an account is what its postings add up to.
    "balances_are_sums_of_postings": """
SELECT format('%s: told %s, counted %s', coalesce(told ->> 0, s.code), told ->> 1, s.minor)
  FROM stood s FULL JOIN json_array_elements($1) one (told) ON told ->> 0 = s.code
 WHERE (told ->> 1)::bigint IS DISTINCT FROM s.minor
""",
    # A subtotal counts each posting up to the mark, once.
    "subtotals_are_sums_of_postings": """
SELECT format('account %s in %s: stored %s, counted %s', account_id, month, t.net_minor, c.minor)
  FROM ledger_subtotal t
  FULL JOIN (
    SELECT account_id, date_trunc('month', at AT TIME ZONE 'UTC')::date AS month,
           sum(minor) AS minor
      FROM side WHERE entry_id <= (SELECT coalesce(max(upto), 0) FROM ledger_mark)
     GROUP BY 1, 2
  ) c USING (account_id, month)
 WHERE t.net_minor IS DISTINCT FROM c.minor
""",
    # What the gateway of the buyers holds is what they paid, less refunds, disputes and fees.
    "gateway_holds_what_came_in": """
SELECT format('booked %s, held %s', booked, held)
  FROM (SELECT (SELECT coalesce(sum(-minor), 0) FROM stood
                 WHERE code = 'gateway:practice') AS booked,
               (SELECT coalesce(sum(amount_minor), 0) FROM practice_gateway_payment
                 WHERE state = 'paid')
             - (SELECT coalesce(sum(amount_minor), 0) FROM practice_gateway_refund)
             + $3 AS held) gateway
 WHERE booked <> held
""",
    # What the gateway of payouts sent and got back is what is booked.
    "gateway_paid_what_is_booked": """
SELECT format('booked %s, sent %s', booked, $2)
  FROM (SELECT coalesce(sum(minor), 0) AS booked FROM stood
         WHERE code = 'gateway:recording') gateway
 WHERE booked <> $2
""",
}
