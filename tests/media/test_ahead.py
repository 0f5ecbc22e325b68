import threading
import time
from collections.abc import Iterator

import pytest

from media.adapters.ahead import ahead
from tests.stand_in import eventually


def _failing() -> Iterator[int]:
    yield 1
    raise ValueError("broken")


def _noted(weights: list[int], made: list[int]) -> Iterator[int]:
    for weight in weights:
        made.append(weight)
        yield weight


def _alike(item: int) -> int:
    return 1


def _itself(item: int) -> int:
    return item


class TestAhead:
    @pytest.mark.parametrize(
        ("weights", "waiting"),
        [([3, 3, 3, 3, 3], 3), ([9, 9, 1, 1, 1], 1), ([20, 1], 1), ([1, 20, 1], 1)],
    )
    def test_lets_no_more_wait_than_was_said(self, weights: list[int], waiting: int) -> None:
        made: list[int] = []
        with ahead(_noted(weights, made), _itself, 10) as items:
            eventually(lambda: len(made) > waiting)
            time.sleep(0.1)  # in which more would be made, if it could
            assert len(made) == waiting + 1  # and one in hand, for which there is no room
            assert list(items) == weights

    def test_gives_the_same_in_the_same_order(self) -> None:
        with ahead(iter(range(100)), _alike, 4) as items:
            assert list(items) == list(range(100))

    def test_raises_what_was_raised(self) -> None:
        with pytest.raises(ValueError, match="broken"), ahead(_failing(), _alike, 4) as items:
            list(items)

    def test_leaves_no_thread_behind_when_nobody_wants_more(self) -> None:
        before = threading.active_count()
        with ahead(iter(range(1000)), _alike, 4) as items:
            assert next(items) == 0
        assert threading.active_count() == before

    def test_leaves_none_behind_when_the_block_fails(self) -> None:
        """What the thread reads from is closed next: to read on then would end the process."""
        before = threading.active_count()
        with (
            pytest.raises(ZeroDivisionError) as kept,
            ahead(iter(range(1000)), _alike, 4) as items,
            ahead((item + 1 for item in items), _alike, 4) as more,
        ):
            raise ZeroDivisionError(next(more))
        assert threading.active_count() == before
        assert kept.value.args == (1,)
