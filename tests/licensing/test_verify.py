"""Every stored amount, altered by hand, is found by recomputation."""

import pytest
from django.db import connection, transaction

from licensing.models import Licence
from licensing.rules.offers import Choice
from licensing.rules.states import PaymentState
from licensing.services import certificate_keys, issuing, payments, refunds, verify
from tests import make
from tests.make.ledger import NOON

EXCLUSIVE = Choice("exclusive", "medium")


def alter(statement: str) -> None:
    """Change rows behind the back of every trigger, as somebody with the database's keys could."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement)
        assert cursor.rowcount > 0
        cursor.execute("SET session_replication_role = DEFAULT")


ALTERED = [
    ("UPDATE licensing_pricebook SET digest = 'x'", "Price book 1: its digest is stored as x"),
    (
        "UPDATE licensing_pricebook SET content = jsonb_set(content, "
        "'{kinds,0,prices,small}', '\"16.00\"')",
        "its prices give",
    ),
    ("UPDATE licensing_pricebook SET content = '{}'", "sizes: at least one table is needed"),
    ("UPDATE licensing_terms SET clauses = '[]'", "its text gives"),
    ("UPDATE licensing_orderline SET price_minor = 1499", "stored as USD 14.99"),
    ("UPDATE licensing_orderline SET size = 'medium'", "Price book 1 gives USD 45.00"),
    ("UPDATE licensing_orderline SET kind = 'rental'", "has no rental, small"),
    ("UPDATE licensing_order SET total_minor = total_minor + 1", "its lines give"),
    (
        "UPDATE licensing_order SET state = 'paid', paid_at = now() WHERE state = 'open'",
        "say otherwise",
    ),
    ("UPDATE licensing_payment SET amount_minor = 1", "stored as USD 0.01, due were"),
    ("UPDATE licensing_payment SET state = 'declined'", "say otherwise"),
    ("UPDATE licensing_refund SET amount_minor = 1", "stored as USD 0.01, the line cost"),
    ("UPDATE licensing_refund SET state = 'asked', done_at = NULL", "its line is not refunded"),
    (
        "UPDATE licensing_licence SET revoked_at = NULL, revoked_because = ''",
        "its line is refunded",
    ),
    ("DELETE FROM licensing_licence WHERE revoked_at IS NULL", "no licence was granted"),
    ("DELETE FROM royalties_refund", "the sale was not reversed"),
    ("UPDATE royalties_sale SET price_minor = 1", "its sale is stored as"),
    (
        "UPDATE practice_gateway_payment SET amount_minor = amount_minor + 1",
        "the gateway says USD",
    ),
    ("UPDATE practice_gateway_refund SET amount_minor = 1", "the gateway says USD 0.01"),
    ("DELETE FROM practice_gateway_payment", "knows no such payment"),
    ("UPDATE licensing_licence SET exclusive = NOT exclusive", "unlike its line's"),
    ("DELETE FROM licensing_refund WHERE asked_by_id IS NULL", "no licence was granted"),
    ("DELETE FROM licensing_refund WHERE asked_by_id IS NULL", "there is no refund of a line"),
    ("DELETE FROM ledger_entry WHERE source LIKE 'lost:%'", "the ledger does not owe it"),
    ("UPDATE licensing_issuedcertificate SET digest = repeat('0', 64)", "its digest is stored as"),
    ("UPDATE licensing_issuedcertificate SET text = replace(text, 'Atlas', 'Atlat')", "not hold"),
    ("UPDATE licensing_issuedcertificate SET text = '{'", "is not what was signed"),
    ("UPDATE licensing_issuedcertificate SET signature = repeat('0', 128)", "not hold"),
    ("UPDATE licensing_issuedcertificate SET issue = 7", "says it is no. 1"),
    ("UPDATE licensing_issuedcertificate SET pdf = '%PDF-1.7'", "its PDF holds"),
    ("UPDATE licensing_issuedcertificate SET at = at + interval '1 day'", "another time"),
    ("UPDATE licensing_orderline SET price_minor = 1499", "that its licence does not bear out"),
    ("UPDATE licensing_order SET number = 'X' || left(number, 14)", "does not bear out"),
    ("UPDATE licensing_download SET sha256 = repeat('1', 64)", "no download is on record"),
    ("UPDATE licensing_certificatekey SET public = repeat('0', 64)", "another name than its"),
    (
        "UPDATE licensing_certificatekey SET in_force_from = in_force_from + interval '1 s'"
        " WHERE predecessor_id IS NOT NULL",
        "not vouched for",
    ),
    (
        "UPDATE licensing_refund SET state = 'done', reference = 'x', done_at = asked_at"
        " WHERE asked_by_id IS NULL",
        "the ledger says otherwise",
    ),
]


@pytest.mark.django_db
def test_names_what_was_altered() -> None:
    contested = make.work_on_sale()
    make.pay(make.order(works=[make.work_on_sale(), make.work_on_sale()]))
    make.order()
    refunded = make.pay(make.order())
    lines = list(refunded.lines.all())
    refunds.give_back(order=refunded, lines=lines, reason="R", by=make.treasurer(), at=NOON)
    won, lost = (make.order(works=[contested], choice=EXCLUSIVE) for _ in range(2))
    make.end_payment(lost, PaymentState.PAID)
    make.pay(won)
    payments.hear(payment=lost.payments.get(), at=NOON)
    licence = Licence.objects.exclude(revoked_at=None).latest("pk")
    licence.downloads.create(
        at=NOON, name="a.jpg", media_type="image/jpeg", bytes=9, sha256="a" * 64
    )
    issuing.issue(licence=licence, at=NOON)
    certificate_keys.make(at=NOON)
    assert list(verify.differences()) == []
    for statement, words in ALTERED:
        point = transaction.savepoint()
        alter(statement)
        found = list(verify.differences())
        assert any(words in sentence for sentence in found), (statement, found)
        transaction.savepoint_rollback(point)
