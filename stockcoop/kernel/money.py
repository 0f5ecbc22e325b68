"""Money in integer minor units, and the one way this program shares it out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import total_ordering

# Source: ISO 4217, list of minor units; every currency not named here has two decimals.
_NO_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND"
_EXPONENTS = dict.fromkeys(_NO_DECIMALS.split(), 0) | dict.fromkeys(_THREE_DECIMALS.split(), 3)


def exponent(currency: str) -> int:
    """Decimals of `currency`: 2 for USD, 0 for JPY, 3 for BHD."""
    return _EXPONENTS.get(currency, 2)


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units (cents) of one currency (ISO 4217, upper case).

    Arithmetic and order exist within one currency only; mixing two raises ValueError.
    """

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError(f"minor units are an int, not {self.minor!r}")
        if len(self.currency) != 3 or not self.currency.isupper():
            raise ValueError(f"not a currency code: {self.currency!r}")

    @classmethod
    def zero(cls, currency: str) -> Money:
        """Nothing, in `currency`."""
        return cls(0, currency)

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other).minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other).minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __mul__(self, times: int) -> Money:
        return Money(self.minor * times, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other).minor

    def __bool__(self) -> bool:
        return self.minor != 0

    def __str__(self) -> str:
        return f"{self.currency} {self.decimal()}"

    def decimal(self) -> str:
        """The amount in major units as plain digits: "12.50", "-0.05", "1250" for JPY."""
        places = exponent(self.currency)
        sign = "-" if self.minor < 0 else ""
        digits = str(abs(self.minor)).rjust(places + 1, "0")
        return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)

    def _same(self, other: Money) -> Money:
        if self.currency != other.currency:
            raise ValueError(f"{self} and {other} are of two currencies")
        return other


def total(parts: Iterable[Money], currency: str) -> Money:
    """The sum of `parts`, all of `currency`; zero when there are none."""
    return sum(parts, Money.zero(currency))


def allocate(total: Money, weights: Sequence[int]) -> list[Money]:
    """Share out `total` in proportion to `weights`, to the last minor unit.

    One part per weight, in order; parts sum to `total`, each within 1 unit of exact.
    Raises ValueError if a weight is negative, all are zero, or `total` is negative.
    Source: largest remainder (Hamilton); ties go to the earlier weight.
    """
    if total.minor < 0:
        raise ValueError(f"a negative amount is reversed, never shared out: {total}")
    return [Money(part, total.currency) for part in portions(total.minor, weights)]


def portions(total: int, weights: Sequence[int]) -> list[int]:
    """`allocate` in bare minor units; `total` is zero or more."""
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError(f"weights must be >= 0 and not all 0: {list(weights)}")
    parts = [total * weight // whole for weight in weights]
    if left := total - sum(parts):
        neediest = sorted(range(len(weights)), key=lambda i: -(total * weights[i] % whole))
        for i in neediest[:left]:
            parts[i] += 1
    return parts
