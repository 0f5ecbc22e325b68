"""Server processes that end together, and the ports they answer on."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from urllib.request import urlopen

PATIENCE_S = 15


class Failed(Exception):
    """A server ended or did not answer; the message has the end of its log."""


class Processes:
    """Child processes that live as long as the `with` block, each a session of its own.

    What a child prints goes to `<folder>/<name>.log`. `keeps` says that the folder stays for the
    next run.
    """

    def __init__(self, folder: Path, *, keeps: bool = False) -> None:
        self.folder, self.keeps = folder, keeps
        self._children: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Processes:
        self.folder.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(
        self,
        name: str,
        command: Sequence[str],
        environ: Mapping[str, str] | None = None,
        *,
        user: str | None = None,
    ) -> None:
        """Start `command` under `name`, with `environ` added to this process's environment.

        As `user`, where this process may choose.
        """
        with (self.folder / f"{name}.log").open("ab") as log:
            self._children[name] = subprocess.Popen(  # noqa: S603 (the commands are our own)
                command,
                env={**os.environ, **(environ or {})},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                user=user,
            )

    def kill(self, name: str) -> None:
        """End `name` and the processes it started with SIGKILL, as a crash would."""
        child = self._children.pop(name)
        # Stopped, it starts no more; its own may be sessions of their own, as PostgreSQL's are.
        os.kill(child.pid, signal.SIGSTOP)
        own = _started_by(child.pid)
        for pid in own:
            os.kill(pid, signal.SIGKILL)
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        while any(_is_alive(pid) for pid in own):
            time.sleep(0.01)

    def await_answer(self, name: str, answers: Callable[[], bool], *, seconds: float = 60) -> None:
        """Return when `answers` says so. Raises Failed when `name` ends first, or never does."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self._children[name].poll() is not None:
                raise Failed(f"{name} ended: {self._log(name)}")
            if answers():
                return
            time.sleep(0.1)
        raise Failed(f"{name} did not answer within {seconds:.0f} seconds: {self._log(name)}")

    def check(self) -> None:
        """Raise Failed if a child is no longer there."""
        for name, child in self._children.items():
            if child.poll() is not None:
                raise Failed(f"{name} ended: {self._log(name)}")

    def stop(self) -> None:
        """Ask all to end, the last one started first; kill what takes too long."""
        children = [*reversed(self._children.values())]
        for child in children:
            if child.poll() is None:
                child.terminate()
        until = time.monotonic() + PATIENCE_S
        for child in children:
            try:
                child.wait(timeout=max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
        self._children.clear()

    def _log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")[-2000:]


def _started_by(pid: int) -> list[int]:
    """The processes that `pid` started itself. Where there is no /proc, none are known."""
    try:
        return [int(own) for own in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def _is_alive(pid: int) -> bool:
    """Whether `pid` still runs; one that ended and was not waited for does not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rsplit(")", 1)[1].split()[0] != "Z"


def free_port() -> int:
    """A port of the loopback address that nothing listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answers_ok(url: str) -> Callable[[], bool]:
    """Whether `url` answers with a success."""

    def ask() -> bool:
        try:
            with urlopen(url, timeout=5):  # noqa: S310 (our own loopback address)
                return True
        except OSError:
            return False

    return ask


def answers_tcp(port: int) -> Callable[[], bool]:
    """Whether somebody takes connections on `port`."""

    def ask() -> bool:
        with socket.socket() as probe:
            probe.settimeout(5)
            return probe.connect_ex(("127.0.0.1", port)) == 0

    return ask
