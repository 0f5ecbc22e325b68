"""The real worker, for as long as there is work."""

import asyncio
from collections.abc import Callable
from threading import Thread
from typing import Any

from asgiref.sync import sync_to_async
from django.db import connections
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector


def _close_connections(call_next: Callable[[], Any], _context: Any, _worker: Any) -> Any:
    """Leave no connection open in the worker's threads: a test's database is dropped."""
    try:
        return call_next()
    finally:
        connections.close_all()


def run_jobs() -> None:
    """Run every job that is due, as a worker process would, and return when none is left.

    Needs committed rows (`transaction=True`). It runs in a thread of its own because a test
    that drives a browser has an event loop in its thread already.
    """
    failures: list[BaseException] = []
    # The worker runs jobs in threads that end with it: none may keep a connection for later.
    connections.settings["default"]["CONN_MAX_AGE"] = 0

    def work() -> None:
        try:
            assert isinstance(app.connector, DjangoConnector)
            worker = app.with_connector(app.connector.get_worker_connector())
            worker.run_worker(
                wait=False,
                install_signal_handlers=False,
                concurrency=1,
                task_middleware=[_close_connections],
            )
        except BaseException as error:
            failures.append(error)
        finally:
            connections.close_all()
            # Periodic jobs are enqueued through Django's connection in the thread for async code.
            asyncio.run(sync_to_async(connections.close_all)())

    thread = Thread(target=work, name="worker")
    thread.start()
    thread.join(timeout=120)
    if thread.is_alive():
        raise TimeoutError("the worker did not finish within two minutes")
    if failures:
        raise failures[0]
