"""Planned faults: which of the next requests go wrong, and how."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from fnmatch import fnmatch

KINDS = ("500-before", "500-after", "lost-before", "lost-after", "slow")


@dataclass
class Fault:
    """Goes off on requests that match, at most `count` times, each by chance of `rate`.

    - `500-before`: nothing is done, the answer is a 500. `500-after`: it is done, the answer is a
      500 all the same. Both are stored under the idempotency key, as Stripe does, unless `stored`
      is false: then a retry is a new try.
    - `lost-before`: the connection ends, nothing is done. `lost-after`: it is done and stored, then
      the connection ends without an answer.
    - `slow`: the answer takes `seconds` more, in which another request with its key gets a 409.
    """

    how: str
    path: str = "/v1/*"
    method: str = "POST"
    count: int = 1
    rate: float = 1.0
    seed: int = 0
    stored: bool = True
    seconds: float = 1.0
    gone_off: int = 0
    _dice: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.how not in KINDS:
            raise ValueError(f"how is one of {', '.join(KINDS)}")
        self._dice = random.Random(self.seed)  # noqa: S311 (repeatable on purpose)

    def strikes(self, method: str, path: str) -> bool:
        """Whether this request is one of those; counts it when it is."""
        if self.gone_off >= self.count or self.method not in {method, "*"}:
            return False
        if not fnmatch(path, self.path) or self._dice.random() >= self.rate:
            return False
        self.gone_off += 1
        return True
