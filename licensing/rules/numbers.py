"""Numbers of orders and licences: they cannot be guessed, and a slip of the pen is noticed.

Random symbols and one check symbol, in groups of four. The alphabet has 31 symbols, a prime:
weighting each place differently modulo a prime catches every single wrong symbol and every
swap of two symbols (the scheme of ISBN-10).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from stockcoop.kernel.errors import Refused

# No I, L, O (read as 1, 1, 0), no U and no Z (read as V and 2).
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXY"
LENGTH = 12
_MISREAD = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V", "Z": "2"})
_GROUP = 4


class BadNumber(Refused):
    """The text is no number of ours."""

    status = 422


def compose(pick: Callable[[Sequence[str]], str]) -> str:
    """A new number of LENGTH symbols, the last being the check: "7K3M-9QXA-B2CD".

    `pick` takes one symbol from the alphabet: `secrets.choice`.
    """
    symbols = "".join(pick(ALPHABET) for _ in range(LENGTH - 1))
    return _grouped(symbols + ALPHABET[-_weighted(symbols) * pow(LENGTH, -1, 31) % 31])


def parse(text: str) -> str:
    """The number meant by `text`, as `compose` writes it; case, spaces and hyphens are free.

    Raises BadNumber when the length, a symbol or the check is wrong.
    """
    symbols = "".join(text.upper().split()).replace("-", "").translate(_MISREAD)
    if len(symbols) != LENGTH or any(symbol not in ALPHABET for symbol in symbols):
        raise BadNumber(f"A number has {LENGTH} letters and digits, as printed on the certificate.")
    if _weighted(symbols) % 31:
        raise BadNumber("This number holds a slip: please compare it with the certificate.")
    return _grouped(symbols)


def _weighted(symbols: str) -> int:
    return sum(place * ALPHABET.index(symbol) for place, symbol in enumerate(symbols, start=1))


def _grouped(symbols: str) -> str:
    return "-".join(symbols[i : i + _GROUP] for i in range(0, len(symbols), _GROUP))
