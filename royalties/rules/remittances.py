"""What the co-op owes to parties outside it and hands over: withheld tax, gifts of a surplus."""

from datetime import date

from ledger.rules import Move
from royalties.rules import chart
from stockcoop.kernel.canonical import Value
from stockcoop.kernel.money import Money

# The accounts that are emptied by a payment to somebody outside.
HANDED_OVER = (chart.WITHHELD, chart.CHARITY)


def is_handed_over(account: str) -> bool:
    """Whether what stands in `account` is paid to an authority or a charity."""
    return any(account.startswith(prefix) and account != prefix for prefix in HANDED_OVER)


def moves(account: str, amount: Money) -> list[Move]:
    """What a remittance moves: the debt is less, and so is what the bank holds."""
    return [Move(debit=account, credit=chart.BANK, amount=amount)]


def stated(account: str, amount: Money, *, paid_on: date, reference: str) -> Value:
    """A remittance as it is hashed: what is approved is what was proposed."""
    return [account, amount.minor, amount.currency, paid_on.isoformat(), reference]
