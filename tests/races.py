"""Real races: threads that start together, each with a database connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection


def at_once(act: Callable[[int], object], times: int) -> list[object]:
    """What `act(number)` returns or raises in each of `times` threads, by number."""
    together = Barrier(times)

    def one(number: int) -> object:
        try:
            together.wait(timeout=10)
            return act(number)
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as threads:
        return list(threads.map(one, range(times)))
