"""Runs what opens strangers' files in a child of its own, bounded in memory, time and reach.

The children are forked by a server of this process (`sandbox_server`) that has nothing worth
stealing, and are shut in (`confinement`). What a child answers is read as JSON, never unpickled.
"""

import atexit
import json
import os
import pickle
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from media.adapters.sandbox_server import LARGEST_ORDER, PATIENCE, Order, Task
from media.rules.formats import Unfit

__all__ = ["Fault", "Spent", "Task", "observed", "run"]

_LARGEST_REPLY = 1024 * 1024
_LARGE_PAGES = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}
"""A picture in few large pages, where the system has them: a seventh of the processor's time."""
_GRACE_S = 5

_DAMAGED = "This file is damaged: it could not be read to its end. Export it again and resend it."
_DAMAGED_OR_LARGE = (
    "This file could not be read to its end: it is damaged, or needs more memory than we allow. "
    "Export it again, smaller or as JPEG, and resend it."
)
_TOO_SLOW = "This file takes too long to read, so it is not taken. Export it again as JPEG or MP4."

_ENDED_BY_FILE: dict[int, str] = {
    signal.SIGSEGV: _DAMAGED,
    signal.SIGBUS: _DAMAGED,
    # Some decoders end so when they get no more memory.
    signal.SIGABRT: _DAMAGED_OR_LARGE,
    signal.SIGFPE: _DAMAGED,
    signal.SIGILL: _DAMAGED,
    signal.SIGSYS: _DAMAGED,
    signal.SIGXCPU: _TOO_SLOW,
    signal.SIGALRM: _TOO_SLOW,
}


class Fault(Exception):
    """The child failed for a reason that is not the file's; trying again may help."""


@dataclass(frozen=True)
class Spent:
    """What a child took: `seconds` on the wall, at most so many `kilobytes`; how it `ended`."""

    seconds: float
    kilobytes: int
    ended: int


_observers: list[Callable[[Spent], None]] = []


def run(
    task: Task,
    *,
    memory: int,
    seconds: int,
    reads: list[Path] | None = None,
    writes: list[Path] | None = None,
    **order: Any,
) -> dict[str, Any]:
    """What `task(**order)` returns, a dict of plain values, from a child that it cannot outlive.

    `memory` is bytes above what the bare child needs, `seconds` of processor time. The child sees
    the files and folders of `reads` and may change those of `writes`. Raises Unfit with a
    sentence for the file's sender when the file ends the child, Fault when something else.
    """
    sent = pickle.dumps(Order(task, memory, seconds, reads or [], writes or [], order))
    if len(sent) > LARGEST_ORDER:
        raise ValueError("too much to tell a child")
    ours, theirs = os.pipe()
    try:
        _server.send(sent, theirs)
    except BaseException:
        os.close(ours)
        raise
    finally:
        os.close(theirs)
    began = time.monotonic()
    with open(ours, "rb", buffering=0) as pipe:
        reply, ended, kilobytes = _answer(pipe.fileno(), seconds * PATIENCE + _GRACE_S)
    for told in _observers:
        told(Spent(time.monotonic() - began, kilobytes, ended))
    return _opened(reply, ended)


@contextmanager
def observed() -> Iterator[list[Spent]]:
    """What each child that ends meanwhile has spent."""
    spent: list[Spent] = []
    _observers.append(spent.append)
    try:
        yield spent
    finally:
        _observers.remove(spent.append)


def _answer(pipe: int, patience: int) -> tuple[bytes, int, int]:
    """What the child said, the code it ended with and its most memory in kilobytes."""
    said, until = bytearray(), time.monotonic() + patience
    while select.select([pipe], [], [], max(0.0, until - time.monotonic()))[0]:
        heard = os.read(pipe, 65536)
        if not heard:
            reply, _, last = bytes(said).rpartition(b"\n")
            if not last:
                raise Fault("the sandbox's server ended")
            ended, kilobytes = map(int, last.split())
            return reply, ended, kilobytes
        said += heard
        if len(said) > _LARGEST_REPLY:
            raise Fault("the child said too much")
    raise Unfit(_TOO_SLOW)


def _opened(reply: bytes, ended: int) -> dict[str, Any]:
    if ended != 0:
        if -ended in _ENDED_BY_FILE:
            raise Unfit(_ENDED_BY_FILE[-ended])
        raise Fault(f"the child ended with {ended}")
    try:
        answer = json.loads(reply)
        if "unfit" in answer:
            raise Unfit(str(answer["unfit"]))
        if "fault" in answer:
            raise Fault(str(answer["fault"]))
        return dict(answer["done"])
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        # A child that a file has taken over may say anything.
        raise Fault(f"the child answered nonsense: {type(error).__name__}") from None


class _Server:
    """The one server of this process, started when it is first needed, and again when it ended.

    A fork of this process goes on using it: each order brings the pipe for its own answer.
    """

    _CODE = "from media.adapters.sandbox_server import main; main()"

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._orders: socket.socket | None = None
        os.register_at_fork(after_in_child=self._forked)

    def send(self, order: bytes, pipe: int) -> None:
        try:
            socket.send_fds(self._connected(), [order], [pipe])
        except OSError:
            with self._lock:
                self._close()
            try:
                socket.send_fds(self._connected(), [order], [pipe])
            except OSError as error:
                raise Fault(f"the sandbox's server does not start: {error}") from error

    def _connected(self) -> socket.socket:
        with self._lock:
            if self._orders is None:
                self._orders = self._started()
            return self._orders

    def _started(self) -> socket.socket:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        for end in (ours, theirs):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2 * LARGEST_ORDER)
        with theirs:
            process = subprocess.Popen(  # noqa: S603  # nothing in it comes from outside
                [sys.executable, "-c", self._CODE, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                # No secret of the site's; Ctrl-C is the site's business.
                env={
                    "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
                    "LANG": "C.UTF-8",
                    **_LARGE_PAGES,
                },
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        # It ends by itself when the last end of its socket is closed.
        process.returncode = 0
        return ours

    def _close(self) -> None:
        if self._orders is not None:
            self._orders.close()
            self._orders = None

    def _forked(self) -> None:
        self._lock = threading.Lock()


_server = _Server()
atexit.register(_server._close)
