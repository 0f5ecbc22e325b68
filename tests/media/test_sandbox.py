"""Tasks that misbehave as hostile files make decoders misbehave."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from media.adapters import confinement, sandbox
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


def aborting() -> dict[str, Any]:
    """As a decoder ends that gets no more memory."""
    os.abort()


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


def reading(path: str) -> dict[str, Any]:
    return {"bytes": len(Path(path).read_bytes())}


def writing(path: str) -> dict[str, Any]:
    Path(path).write_bytes(b"here")
    return {}


def connecting() -> dict[str, Any]:
    socket.create_connection(("127.0.0.1", 9), timeout=1)
    return {}


def running() -> dict[str, Any]:
    return {"said": subprocess.check_output(["/bin/echo", "out"]).decode()}


def forking() -> dict[str, Any]:
    return {"pid": os.fork()}


def looking_around() -> dict[str, Any]:
    return {"environment": dict(os.environ)}


def raving() -> dict[str, Any]:
    # Whatever else is open is the pipe.
    for number in range(3, 20):
        with suppress(OSError):
            os.write(number, b'{"done": [1')
    return {}


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
            (aborting, "memory"),
            (refusing, "Not this one."),
        ],
    )
    def test_that_a_file_ends_says_so_to_its_sender(self, task: sandbox.Task, words: str) -> None:
        with pytest.raises(Unfit, match=words):
            _run(task)

    @pytest.mark.parametrize("task", [shot, mistaken, chatty, raving])
    def test_that_fails_otherwise_is_no_fault_of_the_file(self, task: sandbox.Task) -> None:
        with pytest.raises(sandbox.Fault):
            _run(task)

    def test_sees_nothing_of_the_sites_environment(self) -> None:
        harmless = {"PYTHONPATH", "LANG", "LC_CTYPE", "GLIBC_TUNABLES"}
        assert set(_run(looking_around)["environment"]) <= harmless

    def test_what_it_cost_is_told(self) -> None:
        with sandbox.observed() as spent:
            _run(polite)
        assert (len(spent), spent[0].ended) == (1, 0)
        assert 10_000 < spent[0].kilobytes < 200_000

    def test_works_in_processes_that_were_forked_from_one_that_had_used_it(self) -> None:
        _run(polite)
        pid = os.fork()
        if pid == 0:
            os._exit(0 if _run(polite, word="ja") == {"word": "ja"} else 1)
        assert os.waitpid(pid, 0)[1] == 0
        assert _run(polite, word="nein") == {"word": "nein"}

    def test_leaves_nothing_behind_for_the_next(self) -> None:
        with pytest.raises(Unfit):
            _run(crashing)
        assert _run(polite) == {}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux confines")
class TestConfinement:
    def test_is_held_by_both_means_of_this_kernel(self) -> None:
        assert confinement.means() == ["seccomp", "landlock"]

    @pytest.mark.parametrize("task", [connecting, running, forking])
    def test_keeps_a_task_from_the_network_and_from_other_processes(
        self, task: sandbox.Task
    ) -> None:
        with pytest.raises(sandbox.Fault, match=r"PermissionError|BlockingIOError"):
            _run(task)

    def test_keeps_it_from_files_that_it_was_not_given(self, tmp_path: Path) -> None:
        secret, given = tmp_path / "secret", tmp_path / "given"
        secret.write_bytes(b"secret")
        given.write_bytes(b"given")
        assert _run(reading, reads=[given], path=str(given)) == {"bytes": 5}
        for path in (str(secret), "/etc/passwd", "/proc/1/environ"):
            with pytest.raises(sandbox.Fault, match="PermissionError"):
                _run(reading, reads=[given], path=path)

    def test_lets_it_write_only_where_it_shall(self, tmp_path: Path) -> None:
        folder = tmp_path / "made"
        folder.mkdir()
        assert _run(writing, writes=[folder], path=str(folder / "print")) == {}
        assert (folder / "print").read_bytes() == b"here"
        for path in (tmp_path / "elsewhere", folder / ".." / "elsewhere"):
            with pytest.raises(sandbox.Fault, match="PermissionError"):
                _run(writing, writes=[folder], path=str(path))
