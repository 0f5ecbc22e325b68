"""Runs what opens strangers' files in a child of its own, bounded in memory and time.

The children are forked from a server that has imported nothing but the decoders: no settings,
no database connection, no thread. What a child answers is read as JSON, never unpickled.
"""

import json
import multiprocessing
import os
import resource
import signal
import warnings
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from media.rules.formats import Unfit

Task = Callable[..., dict[str, Any]]

_LARGEST_REPLY = 1024 * 1024
_LARGEST_FILE = 4 * 1024**3
_PATIENCE = 3
"""Seconds on the wall for each second of processor: a busy machine is not the file's fault."""

_DAMAGED = "This file is damaged: it could not be read to its end. Export it again and resend it."
_TOO_SLOW = "This file takes too long to read, so it is not taken. Export it again as JPEG or MP4."
_TOO_LARGE = "This file needs more memory to open than we allow. Send a smaller one, or a JPEG."

_ENDED_BY_FILE: dict[int, str] = {
    signal.SIGSEGV: _DAMAGED,
    signal.SIGBUS: _DAMAGED,
    signal.SIGABRT: _DAMAGED,
    signal.SIGFPE: _DAMAGED,
    signal.SIGILL: _DAMAGED,
    signal.SIGXCPU: _TOO_SLOW,
    signal.SIGALRM: _TOO_SLOW,
}

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(
    ["__main__", "media.adapters.photos", "media.adapters.delivering", "media.adapters.clips"]
)


class Fault(Exception):
    """The child failed for a reason that is not the file's; trying again may help."""


def run(task: Task, *, memory: int, seconds: int, **order: Any) -> dict[str, Any]:
    """What `task(**order)` returns, a dict of plain values, from a child that it cannot outlive.

    `memory` is bytes above what the bare child needs, `seconds` of processor time. Raises Unfit
    with a sentence for the file's sender when the file ends the child, Fault when something else.
    """
    receiver, sender = _forks.Pipe(duplex=False)
    child = _forks.Process(target=_serve, args=(sender, task, order, memory, seconds), daemon=True)
    with receiver:
        child.start()
        sender.close()
        try:
            return _opened(_answer(receiver, child, seconds * _PATIENCE))
        finally:
            child.kill()
            child.join()
            child.close()


def _answer(receiver: Connection, child: ForkServerProcess, patience: int) -> bytes:
    if not receiver.poll(patience):
        raise Unfit(_TOO_SLOW)
    try:
        return receiver.recv_bytes(_LARGEST_REPLY)
    except (EOFError, OSError):
        child.join(patience)
        ended = child.exitcode or 0
        if -ended in _ENDED_BY_FILE:
            raise Unfit(_ENDED_BY_FILE[-ended]) from None
        raise Fault(f"the child ended with {ended} and no answer") from None


def _opened(reply: bytes) -> dict[str, Any]:
    answer = json.loads(reply)
    if "unfit" in answer:
        raise Unfit(str(answer["unfit"]))
    if "fault" in answer:
        raise Fault(str(answer["fault"]))
    return dict(answer["done"])


def _serve(
    sender: Connection, task: Task, order: dict[str, Any], memory: int, seconds: int
) -> None:
    """The child's life: bound itself, do the task, answer."""
    _quieten()
    _bound(memory, seconds)
    try:
        answer: dict[str, Any] = {"done": task(**order)}
    except Unfit as unfit:
        answer = {"unfit": unfit.message}
    except MemoryError:
        answer = {"unfit": _TOO_LARGE}
    except Exception as error:
        answer = {"fault": f"{type(error).__name__}: {error}"[:2000]}
    sender.send_bytes(json.dumps(answer).encode())


def _quieten() -> None:
    """What decoders print about a stranger's bytes is no log; Ctrl-C is the parent's business."""
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGINT, signal.SIG_IGN)
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
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.alarm(seconds * _PATIENCE)
