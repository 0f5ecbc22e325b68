"""The process from which the sandbox's children are forked.

It has imported the decoders and nothing else: no settings, no secrets in its environment, no
connection, no thread. Orders come over a socket with a pipe for the answer; each gets a child of
its own. What the child says goes down the pipe, and how it ended after that.
"""

import gc
import json
import os
import pickle
import resource
import selectors
import signal
import socket
import sys
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from media.adapters import clips, confinement, photos, watermark
from media.rules.formats import Unfit

__all__ = ["LARGEST_ORDER", "PATIENCE", "Order", "Task", "clips", "photos"]

LARGEST_ORDER = 1024 * 1024
PATIENCE = 3
"""Seconds on the wall for each second of processor: a busy machine is not the file's fault."""

_LARGEST_FILE = 16 * 1024**3
_MOST_FILES = 64
_TOO_LARGE = (
    "This file needs more memory to open than we allow, or is damaged. Send a smaller one: a JPEG "
    "that is not progressive needs least."
)

Task = Callable[..., dict[str, Any]]


@dataclass(frozen=True)
class Order:
    """One call of `task` with `order`, within `memory` bytes and `seconds` of processor time.

    Of the file system it gets to see `reads`, and to change `writes`.
    """

    task: Task
    memory: int
    seconds: int
    reads: list[Path]
    writes: list[Path]
    order: dict[str, Any]


@dataclass
class _Child:
    pid: int
    pipe: int
    deadline: float
    last_word: int = signal.SIGALRM


def main() -> None:
    """Serve the socket whose number is the only argument."""
    serve(socket.socket(fileno=int(sys.argv[1])))


def serve(orders: socket.socket) -> None:
    """Fork a child for each order until nobody is left who could send one."""
    children: dict[int, _Child] = {}
    gc.freeze()  # Collecting would copy the pages that children share.
    with selectors.DefaultSelector() as selector:
        selector.register(orders, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select(_until_next(children)):
                if key.fileobj is not orders:
                    _bury(selector, children, key.fd)
                elif not _took(orders, selector, children):
                    return
            _kill_the_late(children)


def _took(
    orders: socket.socket, selector: selectors.BaseSelector, children: dict[int, _Child]
) -> bool:
    message, pipes, _, _ = socket.recv_fds(orders, LARGEST_ORDER, 1)
    if not message:
        return False
    order: Order = pickle.loads(message)  # noqa: S301  # the site itself has written it
    for given in order.order.values():
        if isinstance(given, watermark.Mark):
            # The co-op's own mark, cut once for all children.
            watermark.warm(given)
    pid = os.fork()
    if pid == 0:
        selector.close()
        orders.close()
        _live(order, pipes[0])
    watched = os.pidfd_open(pid)
    children[watched] = _Child(pid, pipes[0], time.monotonic() + order.seconds * PATIENCE)
    selector.register(watched, selectors.EVENT_READ)
    return True


def _bury(selector: selectors.BaseSelector, children: dict[int, _Child], watched: int) -> None:
    """Say how a child ended and how much memory it had, as the last line in its pipe."""
    selector.unregister(watched)
    os.close(watched)
    child = children.pop(watched)
    _, status, used = os.wait4(child.pid, 0)
    with suppress(OSError):  # when nobody waits for this answer any more
        os.write(child.pipe, b"\n%d %d" % (os.waitstatus_to_exitcode(status), used.ru_maxrss))
    os.close(child.pipe)


def _until_next(children: dict[int, _Child]) -> float | None:
    if not children:
        return None
    return max(0.0, min(child.deadline for child in children.values()) - time.monotonic())


def _kill_the_late(children: dict[int, _Child]) -> None:
    """SIGALRM tells that time was the reason; SIGKILL is for what ignores it."""
    for child in children.values():
        if child.deadline <= time.monotonic():
            os.kill(child.pid, child.last_word)
            child.last_word, child.deadline = signal.SIGKILL, child.deadline + 1


def _live(order: Order, pipe: int) -> None:
    """The child's life: bound itself, do the task, answer, end without ado."""
    answer: dict[str, Any]
    try:
        _quieten()
        _bound(order.memory, order.seconds)
        confinement.confine(reads=order.reads, writes=order.writes)
        answer = {"done": order.task(**order.order)}
    except Unfit as unfit:
        answer = {"unfit": unfit.message}
    except MemoryError:
        answer = {"unfit": _TOO_LARGE}
    except BaseException as error:
        answer = {"fault": f"{type(error).__name__}: {error}"[:2000]}
    try:
        with os.fdopen(pipe, "wb") as said:
            said.write(json.dumps(answer).encode())
    finally:
        os._exit(0)


def _quieten() -> None:
    """What decoders print about a stranger's bytes is no log."""
    warnings.simplefilter("ignore")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


def _bound(memory: int, seconds: int) -> None:
    mapped = Path("/proc/self/statm")
    if mapped.exists():
        bare = int(mapped.read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (bare + memory, bare + memory))
    # The soft limit's signal tells that time ran out; the hard one kills what ignores it.
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 2))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_LARGEST_FILE, _LARGEST_FILE))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_MOST_FILES, _MOST_FILES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
