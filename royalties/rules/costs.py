"""What the treasurer books besides sales."""

from enum import StrEnum

from ledger.rules import Move
from royalties.rules import chart
from stockcoop.kernel.money import Money


class Kind(StrEnum):
    """Money that went out, or money that came in without a sale."""

    COST = "cost"
    INCOME = "income"

    @property
    def label(self) -> str:
        """As pages call it."""
        return {"cost": "Cost", "income": "Other income"}[self.value]


def postings(kind: Kind, amount: Money) -> list[Move]:
    """A cost leaves the bank account, other income comes into it."""
    if kind is Kind.COST:
        return [Move(debit=chart.COSTS, credit=chart.BANK, amount=amount)]
    return [Move(debit=chart.BANK, credit=chart.INCOME, amount=amount)]
