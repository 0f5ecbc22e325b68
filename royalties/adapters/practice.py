"""A payout gateway that sends nothing: for trying the whole round without a bank."""

import hashlib

from royalties.rules.payouts import Sent
from stockcoop.kernel.money import Money


class PracticePayouts:
    """Says yes to every payout. Its reference follows from the key, so a repeat gets the same."""

    name = "practice"
    needs_accounts = False

    def pay(self, *, key: str, member: int, amount: Money, account: str) -> Sent:
        """See `royalties.rules.payouts.PayoutGateway`."""
        return Sent("practice-" + hashlib.sha256(key.encode()).hexdigest()[:16])

    def take_back(self, *, key: str, reference: str, amount: Money) -> Sent:
        """See `royalties.rules.payouts.PayoutGateway`."""
        return Sent(f"{reference}-back")

    def taken_back(self, reference: str) -> Sent | None:
        """Nobody but us takes a practice payout back."""
        return None
