"""Worker processes forked from this one: they start in milliseconds and can be killed."""

import multiprocessing
import os
import signal
import traceback
from collections.abc import Callable
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
    try:
        act(*arguments)
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        connections.close_all()
        # Nothing of the parent's is tidied up here: not its temporary folders, nor its servers.
        os._exit(status)
