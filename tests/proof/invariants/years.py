"""Years: their result, how it was shared out, what was kept."""

YEARS = {
    # The result of a year is what its income and expense accounts moved in it, and they are empty.
    "years_close_on_their_result": """
SELECT format('%s: told %s, moved %s, left %s', year, told, moved, left_over)
  FROM (
    SELECT c.year, c.income_minor - c.expenses_minor AS told,
           coalesce(sum(side.minor) FILTER (WHERE side.entry_id <> c.entry_id), 0) AS moved,
           coalesce(sum(side.minor), 0) AS left_over
      FROM royalties_yearclose c
      LEFT JOIN (side JOIN ledger_account a
                   ON a.id = side.account_id AND a.kind IN ('income', 'expense'))
        ON side.at >= make_timestamptz(c.year, 1, 1, 0, 0, 0, 'UTC')
       AND side.at < make_timestamptz(c.year + 1, 1, 1, 0, 0, 0, 'UTC')
     GROUP BY c.id
  ) years
 WHERE told <> moved OR left_over <> 0
""",
    # Nothing is booked into a year that was closed.
    "nothing_is_booked_into_a_closed_year": """
SELECT e.source
  FROM royalties_yearclose c JOIN ledger_entry e
    ON e.id > c.entry_id AND e.at < make_timestamptz(c.year + 1, 1, 1, 0, 0, 0, 'UTC')
""",
    # Every cent of a distributed surplus has left the year, into the reserve or to members.
    "a_distribution_shares_out_all": """
SELECT format('%s: surplus %s, reserve %s, notices %s, left %s',
              year, surplus, reserve, told, left_over)
  FROM (
    SELECT c.year, c.income_minor - c.expenses_minor AS surplus,
           (SELECT coalesce(sum(cash_minor + retained_minor), 0) FROM royalties_patronagenotice n
             WHERE n.distribution_id = d.id) AS told,
           (SELECT coalesce(sum(side.minor), 0)
              FROM side JOIN ledger_account a ON a.id = side.account_id
             WHERE side.entry_id = d.entry_id AND a.code = 'coop:reserve') AS reserve,
           (SELECT sum(minor) FROM stood WHERE code = 'coop:year:' || c.year) AS left_over
      FROM royalties_distribution d JOIN royalties_yearclose c ON c.id = d.close_id
  ) done
 WHERE left_over <> 0 OR surplus <> reserve + told
    OR 5 * reserve < surplus
""",
    # An artist's weight is what the sales of the year brought them, less what was taken back in it.
    "patronage_follows_royalties": """
SELECT format('%s, member %s: weight %s, earned %s', year, member_id, weight, earned)
  FROM (
    SELECT c.year, share.member_id, share.weight,
           (SELECT coalesce(sum(p.amount_minor * turns.sign), 0)
              FROM (
                SELECT id AS sale_id, sold_at AS at, 1 AS sign FROM royalties_sale
                 UNION ALL SELECT sale_id, at, -1 FROM royalties_refund
                 UNION ALL SELECT r.sale_id, b.at, 1
                             FROM royalties_restoration b
                             JOIN royalties_refund r ON r.id = b.refund_id
              ) turns
              JOIN royalties_saleshare p
                ON p.sale_id = turns.sale_id AND p.member_id = share.member_id
             WHERE turns.at >= make_timestamptz(c.year, 1, 1, 0, 0, 0, 'UTC')
               AND turns.at < make_timestamptz(c.year + 1, 1, 1, 0, 0, 0, 'UTC')) AS earned
      FROM royalties_distributionshare share
      JOIN royalties_distributionplan plan ON plan.id = share.plan_id
      JOIN royalties_yearclose c ON c.id = plan.close_id
     WHERE share.share_class = 'C'
  ) weighed
 WHERE weight <> earned
""",
    # Of the artists' part each has what their weight gives, to the cent.
    "no_share_of_a_surplus_is_a_cent_off": """
SELECT format('plan %s: member %s has %s, due %s', plan_id, member_id, amount_minor, due)
  FROM (
    SELECT plan_id, member_id, amount_minor,
           least_due + (row_number() OVER (PARTITION BY plan_id ORDER BY short DESC, position)
             <= whole - sum(least_due) OVER (PARTITION BY plan_id))::int AS due
      FROM (
        SELECT s.plan_id, s.position, s.member_id, s.amount_minor, slice.whole,
               div(slice.whole * s.weight, sum(s.weight) OVER own) AS least_due,
               mod(slice.whole * s.weight, sum(s.weight) OVER own) AS short
          FROM royalties_distributionshare s
          JOIN royalties_distributionplan plan ON plan.id = s.plan_id
          CROSS JOIN LATERAL (
            SELECT (one ->> 1)::numeric AS whole FROM jsonb_array_elements(plan.slices) one
             WHERE one ->> 0 = 'C') slice
         WHERE s.share_class = 'C'
        WINDOW own AS (PARTITION BY s.plan_id)
      ) weighed
  ) shares
 WHERE amount_minor <> due
""",
    # A fifth of patronage is cash, to the next cent; all of it for members who had not consented.
    "patronage_is_kept_by_consent": """
SELECT format('%s, member %s: %s in cash of %s', year, member_id, cash_minor, whole)
  FROM (
    SELECT n.year, n.member_id, n.cash_minor, n.cash_minor + n.retained_minor AS whole,
           coalesce((SELECT c.given FROM royalties_patronageconsent c
                      WHERE c.member_id = n.member_id AND c.at <= d.at
                      ORDER BY c.at DESC, c.id DESC LIMIT 1), false) AS agreed,
           (SELECT sum(s.amount_minor) FROM royalties_distributionshare s
             WHERE s.plan_id = d.plan_id AND s.member_id = n.member_id) AS share
      FROM royalties_patronagenotice n JOIN royalties_distribution d ON d.id = n.distribution_id
  ) told
 WHERE whole <> share OR cash_minor <> CASE WHEN agreed THEN (whole + 4) / 5 ELSE whole END
""",
}
