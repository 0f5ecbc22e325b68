"""Answers held to Stripe's own document."""

from typing import Any

import pytest

from services.cache import folder
from services.stripe import VERSION
from services.stripe.document import Document
from services.stripe.errors import StripeError


@pytest.fixture(scope="module")
def document() -> Document:
    return Document(folder() / "stripe" / VERSION)


def refund(document: Document, **changed: Any) -> dict[str, Any]:
    """A refund as the document wants it, but for what is changed."""
    good = {"id": "re_1", "object": "refund", "amount": 100, "created": 1, "currency": "usd"}
    return {**document.blank("refund"), **good, "status": "pending", **changed}


class TestCheck:
    def test_lets_a_good_object_pass(self, document: Document) -> None:
        document.check("refund", refund(document))

    @pytest.mark.parametrize(
        "changed",
        [
            {"amount": "100"},
            {"amount": None},
            {"object": "charge"},
            {"colour": "blue"},
            {"reason": "boredom"},
            {"status": "x" * 5001},
            {"destination_details": {"type": "card", "colour": "blue"}},
        ],
    )
    def test_says_where_another_breaks_it_even_after_a_good_one(
        self, document: Document, changed: dict[str, Any]
    ) -> None:
        document.check("refund", refund(document))
        with pytest.raises(StripeError, match=r"schema of refund at") as broken:
            document.check("refund", refund(document, **changed))
        assert broken.value.status == 500

    def test_misses_a_required_property(self, document: Document) -> None:
        incomplete = refund(document)
        del incomplete["amount"]
        with pytest.raises(StripeError, match="'amount' is a required property"):
            document.check("refund", incomplete)

    def test_takes_null_only_where_the_document_does(self, document: Document) -> None:
        document.check("refund", refund(document, charge=None))
        with pytest.raises(StripeError):
            document.check("refund", refund(document, currency=None))


class TestBlank:
    def test_is_null_or_absent_wherever_it_may_be(self, document: Document) -> None:
        blank = document.blank("payment_intent")
        assert blank["last_payment_error"] is None
        assert "amount_details" not in blank

    def test_is_a_copy_each_time(self, document: Document) -> None:
        document.blank("charge")["metadata"]["a"] = "1"
        assert document.blank("charge")["metadata"] == {}
