"""The co-op's chart of accounts: the names under which the ledger keeps its sums."""

import re

BANK = "coop:bank"
BUYERS = "owed:buyers"
COMMISSION = "coop:commission"
COSTS = "coop:costs"
FEES = "coop:costs:payment_fees"
LOSSES = "coop:costs:payments_lost"
OWED_REFUNDS = "owed:failed_refunds"
INCOME = "coop:income"
RESERVE = "coop:reserve"
SHARES = "coop:equity"
YEARS = "coop:year:"

WITHHELD = "tax:withheld-"
CHARITY = "owed:charity-"

MEMBERS = "member:"
_MEMBER = re.compile(r"member:([1-9][0-9]*)")
_WORDS = {
    BANK: "The co-op's bank account",
    BUYERS: "Owed to buyers: refunds under way",
    COMMISSION: "The co-op's part of sales",
    COSTS: "Costs of the co-op",
    FEES: "What payments cost",
    LOSSES: "Payments lost in disputes",
    OWED_REFUNDS: "Owed to buyers whose refund did not arrive",
    INCOME: "Other income of the co-op",
    RESERVE: "Reserve",
}


def member(pk: int) -> str:
    """What the co-op owes the member with the user id `pk`."""
    return f"member:{pk}"


def member_of(code: str) -> int | None:
    """The user id in the code of a member's account; None for any other account."""
    found = _MEMBER.fullmatch(code)
    return int(found[1]) if found else None


def equity(pk: int) -> str:
    """What was retained of a member's patronage: theirs, and the co-op's capital meanwhile."""
    return f"member:{pk}:equity"


def gateway(name: str) -> str:
    """What a payment gateway holds for the co-op."""
    return f"gateway:{name}"


def tax(authority: str) -> str:
    """What the co-op withheld from payouts and owes to a tax authority."""
    return f"{WITHHELD}{authority}"


def charity(code: str) -> str:
    """What the co-op gave of a surplus and owes to a charity."""
    return f"{CHARITY}{code}"


def year(number: int) -> str:
    """The result of a closed year until it is shared out."""
    return f"{YEARS}{number}"


def year_of(code: str) -> int:
    """The year in the code of a year's account. Raises ValueError for any other."""
    return int(code.removeprefix(YEARS))


def words(code: str) -> str:
    """An account in words, for pages; the name of a member is theirs to add."""
    if code in _WORDS:
        return _WORDS[code]
    head, _, name = code.rpartition(":")
    if head == "gateway":
        return f"Payment gateway “{name}”"
    if head == "coop:year":
        return f"Result of {name}"
    if head == RESERVE:
        return f"Reserve: {name}"
    if name == "equity" and (pk := member_of(head)) is not None:
        return f"Retained patronage of member {pk}"
    if code.startswith(CHARITY):
        return f"Owed to charity: {code.removeprefix(CHARITY)}"
    if code.startswith(WITHHELD):
        return f"Withheld for {code.removeprefix(WITHHELD).upper()}"
    if head == "tax":
        return f"Tax owed to {name.upper()}"
    if head == "owed":
        return f"Owed to {name}"
    return code
