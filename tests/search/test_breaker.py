"""The breaker before an engine that does not answer."""

import pytest

from search.adapters.breaker import Breaker


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(clock)


class TestBreaker:
    def test_opens_at_once_when_nobody_is_there(self, breaker: Breaker) -> None:
        assert breaker.allows()
        assert breaker.was_away()
        assert not breaker.allows()

    def test_opens_after_the_third_answer_in_a_row_that_was_late(self, breaker: Breaker) -> None:
        assert [breaker.was_late() for _ in range(2)] == [False, False]
        breaker.answered()
        assert [breaker.was_late() for _ in range(3)] == [False, False, True]
        assert not breaker.allows()

    def test_lets_one_try_now_and_then(self, breaker: Breaker, clock: Clock) -> None:
        breaker.was_away()
        clock.now = 3.1
        assert [breaker.allows() for _ in range(3)] == [True, False, False]
        assert not breaker.was_away()
        assert not breaker.allows()

    def test_closes_with_the_first_answer(self, breaker: Breaker, clock: Clock) -> None:
        breaker.was_away()
        clock.now = 3.1
        assert breaker.allows()
        breaker.answered()
        assert all(breaker.allows() for _ in range(5))
