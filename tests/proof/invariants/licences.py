"""Orders, licences and invoices: what buyers agreed to, what they hold, what they were told."""

LICENCES = {
    # What a buyer agreed to pay is the sum of the lines.
    "orders_are_the_sum_of_their_lines": """
SELECT format('order %s', o.number)
  FROM licensing_order o JOIN licensing_orderline l ON l.order_id = o.id
 GROUP BY o.id
HAVING o.total_minor <> sum(l.price_minor + l.tax_minor) OR o.tax_minor <> sum(l.tax_minor)
""",
    # A line costs what the price book says, less what an upgrade builds on.
    "lines_cost_what_the_book_says": """
SELECT format('%s %s: %s and %s of %s', l.kind, l.size, l.price_minor, l.credit_minor, book)
  FROM licensing_orderline l JOIN licensing_pricebook b ON b.id = l.price_book_id
  CROSS JOIN LATERAL (
    SELECT ((kind -> 'prices' ->> l.size::text)::numeric * 100)::bigint AS book
      FROM jsonb_array_elements(b.content -> 'kinds') one (kind)
     WHERE kind ->> 'code' = l.kind
  ) price
 WHERE l.price_minor + l.credit_minor <> book
""",
    # An upgrade takes off all that was paid along its chain, but for the least that it costs.
    "upgrades_cost_the_difference": """
WITH RECURSIVE chain AS (
  SELECT l.id, l.upgrades_id, l.credit_minor, l.price_minor, 0::bigint AS paid
    FROM licensing_orderline l WHERE l.upgrades_id IS NOT NULL
   UNION ALL
  SELECT c.id, base.upgrades_id, c.credit_minor, c.price_minor, c.paid + base.price_minor
    FROM chain c JOIN licensing_licence held ON held.id = c.upgrades_id
    JOIN licensing_orderline base ON base.id = held.line_id
)
SELECT format('line %s: credit %s of %s paid', id, credit_minor, paid)
  FROM chain
 WHERE upgrades_id IS NULL AND credit_minor <> least(paid, price_minor + credit_minor - 100)
""",
    # A licence is one sale, at the price of its line; no sale is without one.
    "a_licence_is_one_sale": """
SELECT format('sale %s, licence %s', s.reference, li.number)
  FROM royalties_sale s
  FULL JOIN (licensing_licence li JOIN licensing_orderline l ON l.id = li.line_id)
    ON li.sale_id = s.id
 WHERE (s.price_minor, s.work_id, s.licence_kind, s.reference)
       IS DISTINCT FROM (l.price_minor, l.work_id, l.kind, 'line:' || l.uuid)
""",
    # A licence counts exactly as long as its sale does.
    "licences_count_while_paid_for": """
SELECT format('licence %s', li.number)
  FROM licensing_licence li LEFT JOIN standing s ON s.id = li.sale_id
 WHERE (li.revoked_at IS NULL AND li.suspended_at IS NULL) <> (s.id IS NOT NULL)
""",
    # An upgrade supersedes what no other upgrade supersedes; an exclusive work has one holder.
    "a_licence_has_one_successor": """
SELECT format('upgrades of licence %s', upgrades_id)
  FROM licensing_licence WHERE upgrades_id IS NOT NULL AND revoked_at IS NULL
 GROUP BY upgrades_id HAVING count(*) > 1
 UNION ALL
SELECT format('exclusive licence %s', li.number)
  FROM licensing_licence li JOIN licensing_licence other
    ON other.work_id = li.work_id AND other.root_id <> li.root_id AND other.revoked_at IS NULL
 WHERE li.exclusive AND li.revoked_at IS NULL
""",
    # Of each year, 1 to the last, and as many as were given.
    "invoices_are_numbered_without_a_gap": """
SELECT format('series %s: %s numbers up to %s', i.series, count(*), max(i.number))
  FROM invoicing_invoice i LEFT JOIN invoicing_series s ON s.year = i.series
 GROUP BY i.series, s.last
HAVING count(DISTINCT i.number) <> max(i.number) OR max(i.number) IS DISTINCT FROM s.last
""",
    # Invoices less credit notes are the lines whose licences have not ended, order by order.
    "invoices_say_what_is_sold": """
SELECT format('%s: told %s and %s tax, sold %s and %s tax', name, i.net, i.tax, o.net, o.tax)
  FROM (
    SELECT "order" AS name,
           sum(CASE kind WHEN 'invoice' THEN net_minor ELSE -net_minor END) AS net,
           sum(CASE kind WHEN 'invoice' THEN tax_minor ELSE -tax_minor END) AS tax
      FROM invoicing_invoice GROUP BY 1
  ) i
  FULL JOIN (
    SELECT 'order:' || o.uuid AS name, sum(l.price_minor) AS net, sum(l.tax_minor) AS tax
      FROM licensing_licence li JOIN licensing_orderline l ON l.id = li.line_id
      JOIN licensing_order o ON o.id = l.order_id
     WHERE li.revoked_at IS NULL GROUP BY 1
  ) o USING (name)
 WHERE (coalesce(i.net, 0), coalesce(i.tax, 0)) <> (coalesce(o.net, 0), coalesce(o.tax, 0))
""",
    # A buyer in Germany pays 19 % of the order, half a cent up; one abroad pays none.
    "orders_bear_the_tax_of_their_place": """
SELECT format('order %s of %s: %s', o.number, o.total_minor, o.tax_minor)
  FROM licensing_order o JOIN invoicing_assessment a ON a.id = o.assessment_id
 WHERE o.tax_minor <> CASE a.billing ->> 'country'
   WHEN 'DE' THEN ((o.total_minor - o.tax_minor) * 38 + 100) / 200 ELSE 0 END
""",
    # The tax of a sale is owed as long as the sale counts.
    "tax_is_owed_for_what_is_sold": """
SELECT format('stands %s, sold with %s', stands, sold)
  FROM (
    SELECT (SELECT coalesce(sum(minor), 0) FROM stood
             WHERE code LIKE 'tax:%' AND code NOT LIKE 'tax:withheld-%') AS stands,
           (SELECT coalesce(sum(l.tax_minor), 0)
              FROM standing s JOIN licensing_licence li ON li.sale_id = s.id
              JOIN licensing_orderline l ON l.id = li.line_id) AS sold
  ) tax
 WHERE stands <> sold
""",
}
