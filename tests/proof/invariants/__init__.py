"""What must hold after each step: named, and each in arithmetic of its own.

An invariant is a query that finds faults, one text each. They read the tables and nothing of the
services that they watch over. All are one prepared statement: a step asks once.
"""

import json
from collections import defaultdict

from django.db import connection

from ledger.services import balances
from tests.proof.invariants.books import BOOKS
from tests.proof.invariants.licences import LICENCES
from tests.proof.invariants.members import MEMBERS
from tests.proof.invariants.sales import SALES
from tests.proof.invariants.years import YEARS
from tests.proof.world import World

DATABASE = "the_database_refuses_nothing"
"""What a service writes, the database takes: checked when each step ends, as a commit would."""
ANSWER = "every_call_answers_or_refuses"
"""A service does what it is asked or says no in words; it never fails halfway."""

QUERIES = BOOKS | SALES | MEMBERS | LICENCES | YEARS
NAMES = (DATABASE, ANSWER, *QUERIES)

Faults = dict[str, list[str]]

# $1: the balances that the ledger tells, $2: what the gateway of payouts sent and got back,
# $3: by how much the gateway of buyers' payments moved beside payments and refunds.
_WITH = """
PREPARE proof (json, bigint, bigint) AS
WITH side AS MATERIALIZED (
  SELECT entry_id, credit_id AS account_id, at, amount_minor AS minor FROM ledger_posting
   UNION ALL
  SELECT entry_id, debit_id, at, -amount_minor FROM ledger_posting
), stood AS MATERIALIZED (
  SELECT a.code, a.kind, coalesce(sum(s.minor), 0)::bigint AS minor
    FROM ledger_account a LEFT JOIN side s ON s.account_id = a.id GROUP BY a.id
), standing AS MATERIALIZED (
  SELECT s.* FROM royalties_sale s
   WHERE NOT EXISTS (
     SELECT FROM royalties_refund r LEFT JOIN royalties_restoration b ON b.refund_id = r.id
      WHERE r.sale_id = s.id AND b.id IS NULL)
), artists AS MATERIALIZED (
  SELECT sale_id, sum(amount_minor)::bigint AS minor FROM royalties_saleshare GROUP BY 1
), paid AS MATERIALIZED (
  SELECT p.* FROM royalties_payout p LEFT JOIN royalties_payoutreturn r ON r.payout_id = p.id
   WHERE p.entry_id IS NOT NULL AND r.entry_id IS NULL
), redeemed AS MATERIALIZED (
  SELECT n.member_id, r.amount_minor FROM royalties_redemption r
    JOIN royalties_redemptionrun run ON run.id = r.run_id AND run.state = 'approved'
    JOIN royalties_patronagenotice n ON n.id = r.notice_id
)
"""


def prepare() -> None:
    """Let the database plan the invariants once, for as long as the connection lives."""
    one_each = (
        f"SELECT '{name}' AS broken, fault::text FROM ({query}) AS {name} (fault)"
        for name, query in QUERIES.items()
    )
    with connection.cursor() as cursor:
        # The driver forgets what is prepared after each rollback, and so does the database.
        connection.connection.prepare_threshold = None
        cursor.execute("SET jit = off")
        cursor.execute("SET plan_cache_mode = force_generic_plan")
        cursor.execute("DEALLOCATE ALL")
        cursor.execute(_WITH + "\nUNION ALL\n".join(one_each))


def broken(world: World) -> Faults:
    """The invariants that do not hold now, each with what is wrong."""
    told = [[balance.code, balance.amount.minor] for balance in balances.below("")]
    found: Faults = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            "EXECUTE proof (%s, %s, %s)",
            [json.dumps(told), world.gateway_sent, world.bank.moved],
        )
        for name, fault in cursor.fetchall():
            found[name].append(fault)
    return dict(found)
