"""The real worker, for as long as there is work."""

from threading import Thread

from django.db import connections
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector


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
            worker.run_worker(wait=False, install_signal_handlers=False, concurrency=1)
        except BaseException as error:
            failures.append(error)
        finally:
            connections.close_all()

    thread = Thread(target=work, name="worker")
    thread.start()
    thread.join(timeout=120)
    if thread.is_alive():
        raise TimeoutError("the worker did not finish within two minutes")
    if failures:
        raise failures[0]
