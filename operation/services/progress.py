"""Saying how far something is, now and then."""

import time
from collections.abc import Callable

Say = Callable[[str], None]

_EVERY_S = 5.0


class Progress:
    """Counts objects and their bytes, and says so every few seconds."""

    def __init__(self, total: int, say: Say) -> None:
        self._total, self._say = total, say
        self._done = self._bytes = 0
        self._said_at = time.monotonic()

    def step(self, length: int) -> None:
        """One more is done."""
        self._done += 1
        self._bytes += length
        now = time.monotonic()
        if now - self._said_at >= _EVERY_S or self._done == self._total:
            self._said_at = now
            self._say(f"{self._done} of {self._total} objects, {self._bytes / 1e6:.0f} MB")
