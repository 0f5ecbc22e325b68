"""Work on both sides of an iterator at once: a thread makes ahead what is wanted next."""

from collections.abc import Iterator
from contextlib import contextmanager
from queue import Full, Queue
from threading import Event, Thread
from typing import TypeVar

T = TypeVar("T")

_MOST = 4
"""How much may wait: a frame of 4K takes 12 MB and more."""


@contextmanager
def ahead(items: Iterator[T]) -> Iterator[Iterator[T]]:
    """The same items, made by a thread; what it raises is raised by them.

    The thread ends with the block, so that what it reads from can be closed then.
    """
    ready: Queue[tuple[bool, T | BaseException | None]] = Queue(_MOST)
    enough = Event()

    def put(more: bool, item: T | BaseException | None) -> None:
        while not enough.is_set():
            try:
                ready.put((more, item), timeout=0.2)
            except Full:
                continue
            return

    def make() -> None:
        try:
            for item in items:
                put(True, item)
                if enough.is_set():
                    return
            put(False, None)
        except BaseException as error:
            put(False, error)

    maker = Thread(target=make, daemon=True)
    maker.start()
    try:
        yield _taken(ready)
    finally:
        enough.set()
        maker.join()


def _taken(ready: "Queue[tuple[bool, T | BaseException | None]]") -> Iterator[T]:
    while True:
        more, item = ready.get()
        if more:
            yield item  # type: ignore[misc]  # what says that there is more is an item
        elif isinstance(item, BaseException):
            raise item
        else:
            return
