"""How sure we are that a picture carries the mark of a number."""

import hmac
from math import log

LARGEST_NUMBER = 2**63 - 1
FOUND_FROM = 1_000_000
"""A mark counts as found when chance would do as well in one of so many pictures at most."""

_MOST_DIGITS = 15
_ALIKE = 0.6


def seed(number: int, key: bytes) -> bytes:
    """What a mark is made from. Nobody who lacks the key can tell it, not even from others."""
    return hmac.digest(key, str(number).encode(), "sha256")


def odds(score: float, tried: int) -> int:
    """One in how many pictures without a mark has a score so high, if `tried` marks are looked for.

    `score` is the sum of what a picture has more or less at each chip, times the chip (-1 or 1, as
    a coin falls), by the root of the sum of its squares. Whatever the picture is, coins bring
    that above t with a chance below exp(-t²/2). A power of ten, rounded down: 1 to 10**15.
    Source: W. Hoeffding, Probability inequalities for sums of bounded random variables (1963).
    """
    if score <= 0:
        return 1
    surprise = score**2 / 2 - log(max(1, tried))
    digits = max(0, min(_MOST_DIGITS, int(surprise / log(10))))
    return int(10**digits)


def is_found(score: float, tried: int) -> bool:
    """Whether the best of `tried` marks is in the picture."""
    return odds(score, tried) >= FOUND_FROM


def is_alike(likeness: float) -> bool:
    """Whether two pictures with that correlation show the same."""
    return likeness >= _ALIKE
