"""Nobody waits again and again for what did not answer a moment ago."""

import time
from collections.abc import Callable
from threading import Lock

_REST_S = 3.0
_MOST_TIMEOUTS = 3


class Breaker:
    """Open after a refused connection, or after three answers in a row that came too late.

    While it is open nothing may be asked; every few seconds one caller may try. Each process has
    its own. `clock` counts seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._late = 0
        self._until = 0.0

    def allows(self) -> bool:
        """Whether the caller may ask; one that may has to tell how it went."""
        with self._lock:
            now = self._clock()
            if self._late < _MOST_TIMEOUTS:
                return True
            if now < self._until:
                return False
            self._until = now + _REST_S
            return True

    def answered(self) -> None:
        """It answered, whatever it said."""
        with self._lock:
            self._late = 0

    def was_late(self) -> bool:
        """It took too long; whether that opened the breaker."""
        return self._failed(1)

    def was_away(self) -> bool:
        """Nothing was there to ask; whether that opened the breaker."""
        return self._failed(_MOST_TIMEOUTS)

    def _failed(self, weight: int) -> bool:
        with self._lock:
            was_open = self._late >= _MOST_TIMEOUTS
            self._late += weight
            self._until = self._clock() + _REST_S
            return self._late >= _MOST_TIMEOUTS and not was_open
