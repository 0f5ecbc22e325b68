import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from demo.supervisor import Ended, Supervisor, await_answer, is_free, python

SLEEPER = python("-c", "import time; time.sleep(60)")
STUBBORN = python(
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    "print('deaf', flush=True); time.sleep(60)",
)


@pytest.fixture(autouse=True)
def _signals_as_they_were() -> object:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def pids(supervisor: Supervisor) -> list[int]:
    return [child.pid for _, child in supervisor._children]


def is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


class TestSupervisor:
    def test_leaves_no_child_behind(self) -> None:
        with Supervisor() as supervisor:
            supervisor.start("one", SLEEPER, {})
            supervisor.start("two", SLEEPER, {})
            children = pids(supervisor)
            assert all(map(is_there, children))
        assert not any(map(is_there, children))

    def test_leaves_none_behind_when_something_goes_wrong(self) -> None:
        with pytest.raises(ZeroDivisionError), Supervisor() as supervisor:
            supervisor.start("one", SLEEPER, {})
            children = pids(supervisor)
            raise ZeroDivisionError
        assert not any(map(is_there, children))

    def test_kills_a_child_that_does_not_listen(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("demo.supervisor.PATIENCE_S", 0.5)
        with Supervisor() as supervisor:
            supervisor.start("one", STUBBORN, {})
            time.sleep(0.5)
            children = pids(supervisor)
        assert not any(map(is_there, children))

    def test_says_which_child_ended(self) -> None:
        with (
            pytest.raises(Ended, match=r"The worker ended unexpectedly \(exit status 3\)"),
            Supervisor() as supervisor,
        ):
            supervisor.start("The worker", python("-c", "raise SystemExit(3)"), {})
            supervisor.wait()

    def test_gives_children_the_environment_it_was_told(self, tmp_path: Path) -> None:
        told = tmp_path / "told"
        script = f"import os; open({str(told)!r}, 'w').write(os.environ['WORD'])"
        with pytest.raises(Ended), Supervisor() as supervisor:
            supervisor.start("one", python("-c", script), {"WORD": "salt"})
            supervisor.wait()
        assert told.read_text() == "salt"

    def test_stops_everything_when_asked_to_terminate(self) -> None:
        script = (
            "import sys, demo.supervisor as s\n"
            "try:\n"
            "    with s.Supervisor() as group:\n"
            f"        group.start('one', {SLEEPER!r}, {{}})\n"
            "        print(group._children[0][1].pid, flush=True)\n"
            "        group.wait()\n"
            "except KeyboardInterrupt:\n"
            "    sys.exit(0)\n"
        )
        parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.terminate()
        assert parent.wait(timeout=20) == 0
        parent.stdout.close()
        assert not is_there(child)


class TestPorts:
    def test_a_port_in_use_is_not_free(self) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            assert not is_free(taken.getsockname()[1])

    def test_waiting_for_an_answer_ends_when_the_server_does(self) -> None:
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{nobody.getsockname()[1]}/livez"
            with pytest.raises(Ended), Supervisor() as supervisor:
                supervisor.start("The web server", python("-c", "pass"), {})
                await_answer(url, supervisor, seconds=20)
