"""Tasks that misbehave as hostile files make decoders misbehave."""

import signal
import time
from typing import Any

import pytest

from media.adapters import sandbox
from media.rules.formats import Unfit

MEGABYTE = 1024 * 1024


def polite(**order: Any) -> dict[str, Any]:
    return order


def greedy() -> dict[str, Any]:
    return {"size": len(bytearray(500 * MEGABYTE))}


def endless() -> dict[str, Any]:
    while True:
        pass


def asleep() -> dict[str, Any]:
    time.sleep(60)
    return {}


def crashing() -> dict[str, Any]:
    signal.raise_signal(signal.SIGSEGV)
    return {}


def shot() -> dict[str, Any]:
    signal.raise_signal(signal.SIGKILL)
    return {}


def mistaken() -> dict[str, Any]:
    raise KeyError("our own mistake")


def chatty() -> dict[str, Any]:
    return {"noise": "x" * 5 * MEGABYTE}


def refusing() -> dict[str, Any]:
    raise Unfit("Not this one.")


def _run(task: sandbox.Task, **order: Any) -> dict[str, Any]:
    return sandbox.run(task, memory=100 * MEGABYTE, seconds=1, **order)


class TestATask:
    def test_answers_from_a_process_of_its_own(self) -> None:
        assert _run(polite, word="ja", number=3) == {"word": "ja", "number": 3}

    @pytest.mark.parametrize(
        ("task", "words"),
        [
            (greedy, "memory"),
            (endless, "too long"),
            (asleep, "too long"),
            (crashing, "damaged"),
            (refusing, "Not this one."),
        ],
    )
    def test_that_a_file_ends_says_so_to_its_sender(self, task: sandbox.Task, words: str) -> None:
        with pytest.raises(Unfit, match=words):
            _run(task)

    @pytest.mark.parametrize("task", [shot, mistaken, chatty])
    def test_that_fails_otherwise_is_no_fault_of_the_file(self, task: sandbox.Task) -> None:
        with pytest.raises(sandbox.Fault):
            _run(task)

    def test_leaves_nothing_behind_for_the_next(self) -> None:
        with pytest.raises(Unfit):
            _run(crashing)
        assert _run(polite) == {}
