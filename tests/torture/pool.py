"""Worker processes forked from this one: they start in milliseconds and can be killed."""

import multiprocessing
import os
import signal
import traceback
from collections.abc import Callable
from multiprocessing import forkserver
from multiprocessing.process import BaseProcess

from django.db import connections

from stockcoop.kernel import stripe as door

FORK = multiprocessing.get_context("fork")


def fork(act: Callable[..., object], *arguments: object) -> BaseProcess:
    """A process that runs `act`; its exit code is 1 when that raised."""
    # What is open now would be shared, and closed under the other's feet.
    connections.close_all()
    process = FORK.Process(target=_run, args=(act, arguments), daemon=True)
    process.start()
    return process


def _run(act: Callable[..., object], arguments: tuple[object, ...]) -> None:
    status = 1
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # The connections of Stripe's library would be shared as well.
    door._client.cache_clear()
    _forget_the_decoders()
    try:
        act(*arguments)
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        connections.close_all()
        # Nothing of the parent's is tidied up here: not its temporary folders, nor its servers.
        os._exit(status)


def _forget_the_decoders() -> None:
    """Let this process start a server of decoders of its own: it may not wait for its parent's."""
    inherited = vars(getattr(forkserver, "_forkserver"))  # noqa: B009 (no type names it)
    for name in ("_forkserver_address", "_forkserver_alive_fd", "_forkserver_pid"):
        inherited[name] = None
