"""Starting the processes of the site together, and ending all of them together."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from types import FrameType, TracebackType
from typing import NoReturn
from urllib.request import urlopen

PATIENCE_S = 15


class Ended(Exception):
    """A process that should run for ever has ended; the message says which."""


class Supervisor:
    """Child processes that live as long as the `with` block does.

    Each child leads a session of its own, so that Ctrl-C reaches this process alone and the
    children are asked to end in order, the last one started first.
    """

    def __init__(self) -> None:
        self._children: list[tuple[str, subprocess.Popen[bytes]]] = []

    def __enter__(self) -> Supervisor:
        signal.signal(signal.SIGTERM, _as_interrupt)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # A second Ctrl-C while stopping must not leave processes behind.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        self.stop()

    def start(self, name: str, command: Sequence[str], environ: Mapping[str, str]) -> None:
        """Start `command` with `environ` added to this process's own environment."""
        child = subprocess.Popen(  # noqa: S603 (the commands are our own)
            command, env={**os.environ, **environ}, start_new_session=True
        )
        self._children.append((name, child))

    def check(self) -> None:
        """Raise Ended if a child is no longer there."""
        for name, child in self._children:
            if child.poll() is not None:
                raise Ended(f"{name} ended unexpectedly (exit status {child.returncode}).")

    def wait(self) -> NoReturn:
        """Keep watch until a child ends (Ended) or somebody interrupts."""
        while True:
            self.check()
            time.sleep(0.5)

    def stop(self) -> None:
        """Ask the children to end; one that takes too long is killed with all it started."""
        for _, child in reversed(self._children):
            if child.poll() is None:
                child.terminate()
        until = time.monotonic() + PATIENCE_S
        for _, child in reversed(self._children):
            try:
                child.wait(timeout=max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
        self._children.clear()


def python(*arguments: str) -> list[str]:
    """A command line for this very interpreter."""
    return [sys.executable, *arguments]


def is_free(port: int) -> bool:
    """Whether nothing listens on `port` of this machine."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def await_answer(url: str, supervisor: Supervisor, *, seconds: float = 60) -> None:
    """Return when `url` answers 200. Raises Ended, or TimeoutError after `seconds`."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        supervisor.check()
        try:
            with urlopen(url, timeout=5):  # noqa: S310 (our own loopback address)
                return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(f"{url} did not answer within {seconds:.0f} seconds.")


def _as_interrupt(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
