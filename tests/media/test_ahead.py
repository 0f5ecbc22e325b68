import threading
from collections.abc import Iterator

import pytest

from media.adapters.ahead import ahead


def _failing() -> Iterator[int]:
    yield 1
    raise ValueError("broken")


class TestAhead:
    def test_gives_the_same_in_the_same_order(self) -> None:
        assert list(ahead(iter(range(100)))) == list(range(100))

    def test_raises_what_was_raised(self) -> None:
        with pytest.raises(ValueError, match="broken"):
            list(ahead(_failing()))

    def test_leaves_no_thread_behind_when_nobody_wants_more(self) -> None:
        before = threading.active_count()
        taken = ahead(iter(range(1000)))
        assert next(taken) == 0
        taken.close()  # type: ignore[attr-defined]
        assert threading.active_count() == before

    def test_of_ahead_leaves_no_thread_behind_either(self) -> None:
        before = threading.active_count()
        items = ahead(iter(range(1000)))
        taken = ahead(item + 1 for item in items)
        assert next(taken) == 1
        taken.close()  # type: ignore[attr-defined]
        items.close()  # type: ignore[attr-defined]
        assert threading.active_count() == before
