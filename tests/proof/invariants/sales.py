"""Sales: split to the last cent, by the split and the rate of their moment, booked once."""

SALES = {
    # No cent of a price is lost or made: half a cent goes to the artists.
    "parts_make_the_price": """
SELECT format('%s: artists have %s of %s', s.reference, a.minor, s.price_minor)
  FROM royalties_sale s LEFT JOIN artists a ON a.sale_id = s.id
 WHERE a.minor IS DISTINCT FROM
       (2 * s.price_minor * (10000 - s.coop_rate_bp) + 10000) / 20000
""",
    # The cents that are left go to those who are short of most, then to the earlier member.
    "no_part_is_a_cent_off": """
SELECT format('sale %s: member %s has %s, due %s', sale_id, member_id, amount_minor, due)
  FROM (
    SELECT sale_id, member_id, amount_minor,
           least_due + (row_number() OVER (PARTITION BY sale_id ORDER BY short DESC, member_id)
             <= artists - sum(least_due) OVER (PARTITION BY sale_id))::int AS due
      FROM (
        SELECT p.sale_id, p.member_id, p.amount_minor, a.minor AS artists,
               div(a.minor * p.weight, sum(p.weight) OVER own) AS least_due,
               mod(a.minor * p.weight, sum(p.weight) OVER own) AS short
          FROM royalties_saleshare p JOIN artists a ON a.sale_id = p.sale_id
        WINDOW own AS (PARTITION BY p.sale_id)
      ) weighed
  ) parts
 WHERE amount_minor <> due
""",
    # A sale is shared as was agreed at its moment; a later agreement touches no earlier sale.
    "sales_follow_the_split_of_their_moment": """
SELECT format('%s is shared %s and %s, agreed was %s', reference, shares, parts, agreed)
  FROM (
    SELECT s.reference, s.shares,
           (SELECT jsonb_agg(jsonb_build_array(p.member_id, p.weight) ORDER BY p.member_id)
              FROM royalties_saleshare p WHERE p.sale_id = s.id) AS parts,
           coalesce(
             (SELECT jsonb_agg(jsonb_build_array(p.member_id, p.weight) ORDER BY p.member_id)
                FROM media_splitpart p
               WHERE p.version_id = (
                 SELECT v.id FROM media_splitversion v
                   JOIN media_splitoutcome o ON o.version_id = v.id
                  WHERE v.work_id = s.work_id AND o.word = 'agreed' AND o.in_force_from <= s.sold_at
                  ORDER BY v.number DESC LIMIT 1)),
             jsonb_build_array(jsonb_build_array(w.owner_id, 1))) AS agreed
      FROM royalties_sale s JOIN media_work w ON w.id = s.work_id
  ) sale
 WHERE shares <> agreed OR parts <> agreed
""",
    # The co-op keeps what it had said before the sale.
    "sales_follow_the_rate_of_their_moment": """
SELECT format('%s at %s bp', s.reference, s.coop_rate_bp)
  FROM royalties_sale s
 WHERE s.coop_rate_bp IS DISTINCT FROM (
   SELECT r.coop_rate_bp FROM royalties_royaltyrate r
    WHERE r.licence_kind = s.licence_kind AND r.in_force_from <= s.sold_at
    ORDER BY r.in_force_from DESC LIMIT 1)
""",
    # A sale is booked once: out of the gateway, to each co-creator and to the co-op.
    "sales_are_booked_as_they_were_split": """
WITH told AS (
  SELECT s.entry_id, 'gateway:practice' AS code, -s.price_minor AS minor FROM royalties_sale s
   UNION ALL
  SELECT s.entry_id, 'coop:commission', s.price_minor - a.minor
    FROM royalties_sale s JOIN artists a ON a.sale_id = s.id WHERE s.price_minor <> a.minor
   UNION ALL
  SELECT s.entry_id, 'member:' || p.member_id, p.amount_minor
    FROM royalties_sale s JOIN royalties_saleshare p ON p.sale_id = s.id WHERE p.amount_minor <> 0
), booked AS (
  SELECT e.id, a.code, sum(side.minor)::bigint
    FROM ledger_entry e JOIN side ON side.entry_id = e.id
    JOIN ledger_account a ON a.id = side.account_id
   WHERE e.source LIKE 'sale:%' GROUP BY 1, 2
)
SELECT format('told and not booked: %s', t) FROM (TABLE told EXCEPT TABLE booked) t
 UNION ALL
SELECT format('booked and not told: %s', b) FROM (TABLE booked EXCEPT TABLE told) b
""",
    # Refunds and restorations of a sale take turns, each undoing the last.
    "refunds_and_restorations_take_turns": """
SELECT format('refund %s of sale %s', r.number, s.reference)
  FROM royalties_refund r JOIN royalties_sale s ON s.id = r.sale_id
  JOIN ledger_entry e ON e.id = r.entry_id
  LEFT JOIN royalties_restoration b ON b.refund_id = r.id
  LEFT JOIN ledger_entry undone ON undone.id = b.entry_id
  LEFT JOIN royalties_refund before ON before.sale_id = r.sale_id AND before.number = r.number - 1
  LEFT JOIN royalties_restoration again ON again.refund_id = before.id
 WHERE e.reverses_id IS DISTINCT FROM CASE r.number WHEN 1 THEN s.entry_id ELSE again.entry_id END
    OR (b.id IS NOT NULL AND undone.reverses_id IS DISTINCT FROM r.entry_id)
    OR (b.id IS NULL AND EXISTS (
      SELECT FROM royalties_refund later
       WHERE later.sale_id = r.sale_id AND later.number > r.number))
""",
    # The co-op has its part of each sale that counts, until the result of a year takes it.
    "commission_is_the_coops_part": """
SELECT format('stands %s, sales give %s, years took %s', stands, given, took)
  FROM (
    SELECT (SELECT coalesce(sum(minor), 0) FROM stood WHERE code = 'coop:commission') AS stands,
           (SELECT coalesce(sum(s.price_minor - a.minor), 0)
              FROM standing s JOIN artists a ON a.sale_id = s.id) AS given,
           (SELECT coalesce(sum(-side.minor), 0)
              FROM royalties_yearclose c JOIN side ON side.entry_id = c.entry_id
              JOIN ledger_account a ON a.id = side.account_id
             WHERE a.code = 'coop:commission') AS took
  ) commission
 WHERE stands <> given - took
""",
}
