"""Work on both sides of an iterator at once: a thread makes ahead what is wanted next."""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Condition, Thread
from typing import Generic, TypeVar

T = TypeVar("T")


@contextmanager
def ahead(items: Iterator[T], weigh: Callable[[T], int], most: int) -> Iterator[Iterator[T]]:
    """The same items, made by a thread; what it raises is raised by them.

    What waits to be taken weighs `most` at most, by `weigh`, or is a single item. The thread ends
    with the block, so that what it reads from can be closed then.
    """
    shelf: _Shelf[T] = _Shelf(most)

    def make() -> None:
        try:
            for item in items:
                if not shelf.put(item, weigh(item)):
                    return
            shelf.end()
        except BaseException as error:
            shelf.end(error)

    maker = Thread(target=make, daemon=True)
    maker.start()
    try:
        yield shelf.taken()
    finally:
        shelf.close()
        maker.join()


class _Shelf(Generic[T]):
    """What is made and not yet taken, between one thread that makes and one that takes."""

    def __init__(self, most: int) -> None:
        self._most, self._weight = most, 0
        self._items: deque[tuple[T, int]] = deque()
        self._ended = self._closed = False
        self._error: BaseException | None = None
        self._changed = Condition()

    def put(self, item: T, weight: int) -> bool:
        """Wait for room; False when nothing is wanted any more."""
        with self._changed:
            while not (self._closed or self._has_room(weight)):
                self._changed.wait()
            self._items.append((item, weight))
            self._weight += weight
            self._changed.notify()
            return not self._closed

    def end(self, error: BaseException | None = None) -> None:
        """Nothing more is made: that was all, or because of `error`."""
        with self._changed:
            self._ended, self._error = True, error
            self._changed.notify()

    def close(self) -> None:
        """Nothing more is wanted."""
        with self._changed:
            self._closed = True
            self._changed.notify()

    def taken(self) -> Iterator[T]:
        """Each item as soon as it is there."""
        while True:
            with self._changed:
                while not (self._items or self._ended):
                    self._changed.wait()
                if not self._items:
                    break
                item, weight = self._items.popleft()
                self._weight -= weight
                self._changed.notify()
            yield item
        if self._error:
            raise self._error

    def _has_room(self, weight: int) -> bool:
        return not self._items or self._weight + weight <= self._most
