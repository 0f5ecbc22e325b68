"""The grammar of account codes: what an account is called says what kind it is."""

import re
from enum import StrEnum


class Kind(StrEnum):
    """The five kinds of account. Assets and expenses grow by debit, the others by credit."""

    ASSET = "asset"
    LIABILITY = "liability"
    EQUITY = "equity"
    INCOME = "income"
    EXPENSE = "expense"

    @property
    def grows_by_debit(self) -> bool:
        """Whether a debit makes the account larger."""
        return self in (Kind.ASSET, Kind.EXPENSE)


CODE_LENGTH = 80
_WORD = r"[a-z0-9][a-z0-9_-]*"
_GRAMMAR: tuple[tuple[re.Pattern[str], Kind], ...] = tuple(
    (re.compile(pattern), kind)
    for pattern, kind in (
        (rf"gateway:{_WORD}", Kind.ASSET),
        (r"coop:bank", Kind.ASSET),
        (r"member:[1-9][0-9]*", Kind.LIABILITY),
        (rf"(owed|tax):{_WORD}", Kind.LIABILITY),
        (rf"member:[1-9][0-9]*:{_WORD}", Kind.EQUITY),
        (r"coop:year:[0-9]{4}", Kind.EQUITY),
        (rf"coop:reserve(:{_WORD})?", Kind.EQUITY),
        (rf"coop:equity(:{_WORD})?", Kind.EQUITY),
        (rf"coop:commission(:{_WORD})?", Kind.INCOME),
        (rf"coop:income(:{_WORD})?", Kind.INCOME),
        (rf"coop:costs(:{_WORD})?", Kind.EXPENSE),
    )
)


def kind_of(code: str) -> Kind:
    """The kind of the account called `code`. Raises ValueError if no pattern knows the code."""
    for pattern, kind in _GRAMMAR:
        if len(code) <= CODE_LENGTH and pattern.fullmatch(code):
            return kind
    raise ValueError(f"no kind of account is called like this: {code!r}")
