"""Work on both sides of an iterator at once: a thread makes ahead what is wanted next."""

from collections.abc import Generator, Iterator
from queue import Full, Queue
from threading import Event, Thread
from typing import TypeVar

T = TypeVar("T")

_MOST = 4
"""How much may wait: a frame of 4K takes 12 MB and more."""


def ahead(items: Iterator[T]) -> Iterator[T]:
    """The same items, made by a thread; what it raises is raised here, and it ends with this.

    So do threads that `items` itself are made by.
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
        yield from _taken(ready)
    finally:
        enough.set()
        maker.join()
        if isinstance(items, Generator):
            items.close()


def _taken(ready: "Queue[tuple[bool, T | BaseException | None]]") -> Iterator[T]:
    while True:
        more, item = ready.get()
        if more:
            yield item  # type: ignore[misc]  # what says that there is more is an item
        elif isinstance(item, BaseException):
            raise item
        else:
            return
