import threading
from collections.abc import Iterator

import pytest

from media.adapters.ahead import ahead


def _failing() -> Iterator[int]:
    yield 1
    raise ValueError("broken")


class TestAhead:
    def test_gives_the_same_in_the_same_order(self) -> None:
        with ahead(iter(range(100))) as items:
            assert list(items) == list(range(100))

    def test_raises_what_was_raised(self) -> None:
        with pytest.raises(ValueError, match="broken"), ahead(_failing()) as items:
            list(items)

    def test_leaves_no_thread_behind_when_nobody_wants_more(self) -> None:
        before = threading.active_count()
        with ahead(iter(range(1000))) as items:
            assert next(items) == 0
        assert threading.active_count() == before

    def test_leaves_none_behind_when_the_block_fails(self) -> None:
        """What the thread reads from is closed next: to read on then would end the process."""
        before = threading.active_count()
        with (
            pytest.raises(ZeroDivisionError) as kept,
            ahead(iter(range(1000))) as items,
            ahead(item + 1 for item in items) as more,
        ):
            raise ZeroDivisionError(next(more))
        assert threading.active_count() == before
        assert kept.value.args == (1,)
