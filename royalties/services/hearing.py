"""What a gateway told of about members' money, followed up by asking it."""

from datetime import datetime

from royalties.adapters import gateways
from royalties.models import PayoutAccount
from royalties.services import receiving, returns


def account(*, reference: str, at: datetime) -> str:
    """Hear how far a member's account is; in words, what came of it."""
    accounts = gateways.with_accounts()
    known = PayoutAccount.objects.filter(reference=reference).first()
    if accounts is None or known is None or known.gateway != accounts.name:
        return "not an account of a member"
    heard = receiving.hear(account=known, gateway=accounts, at=at)
    return "ready" if heard.ready else "not ready yet"


def payout(*, reference: str, at: datetime) -> str:
    """Hear whether a payout was taken back at the gateway; in words, what came of it."""
    made = returns.hear(reference=reference, gateway=gateways.current(), at=at)
    return "taken back" if made else "nothing new"
