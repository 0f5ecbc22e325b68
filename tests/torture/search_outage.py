"""Elasticsearch is killed while works are published and withdrawn, and comes back."""

import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from uuid import UUID

from django.conf import settings
from django.db import connection, connections
from django.test import Client, override_settings
from django.utils import timezone

from media.models import Work
from media.services import reviews, works
from members.models import User
from search import jobs
from search.rules.engine import EngineDown
from search.rules.query import Query
from search.services.finding import find
from search.services.follow import follow
from search.services.rebuild import differences
from services import elasticsearch
from services.processes import Processes, free_port
from stockcoop.env import Elasticsearch
from stockcoop.kernel.errors import Refused
from tests import make
from tests.search.works import in_review, published
from tests.torture.case import Outcome, sized

NAME = "search_outage"
EQUAL_WITHIN_S = 60
_WORKER_COMES_EVERY_S = 5  # the worker's own rhythm
_PAGE_WITHIN_S = 4
_THREADS = 4
_PURCHASES = 5
_UNCOLLECTED = "django.contrib.staticfiles.storage.StaticFilesStorage"


@dataclass
class Tally:
    """What was tried, and what went wrong, in words."""

    tried: int = 0
    faults: list[str] = field(default_factory=list)

    def check(self, fine: bool, fault: str) -> None:
        if not fine:
            self.faults.append(fault)


@dataclass
class Server:
    """An Elasticsearch that can be killed and started again where it was."""

    processes: Processes
    folder: Path
    port: int

    def kill(self) -> None:
        self.processes.kill("elasticsearch")

    def run(self) -> None:
        elasticsearch.run(self.processes, self.folder, self.port)


def run(scale: float) -> Outcome:
    """Publish and withdraw 1,000 works at `scale`; the server is there for the first quarter only.

    Lost is what was refused, what a page showed wrongly or not in time, and what index and
    database differ in a minute after the server's return.
    """
    start = time.monotonic()
    count = sized(1000, scale, least=40)
    editor = make.editor()
    owner = make.artist()
    incoming = [in_review(owner=owner, title="Boat at sea") for _ in range(count // 2)]
    outgoing = [published(owner=owner, title="Boat on land") for _ in range(count - count // 2)]
    tally = Tally()
    with _server() as server, _worker():
        follow()
        quarter = count // 4
        steps = [(work, editor) for pair in zip(incoming, outgoing, strict=True) for work in pair]
        _take(steps[:quarter], tally)
        server.kill()
        _take(steps[quarter:], tally)
        _look_without(outgoing[0], tally)
        server.run()
        seconds = _until_equal({work.uuid for work in outgoing}, tally)
    said = f"{count - quarter} while it was down; equal {seconds:.1f} s after its return"
    whole = time.monotonic() - start
    return Outcome(
        NAME, tally.tried, len(tally.faults), whole, "; ".join([said, *tally.faults[:3]])
    )


@contextmanager
def _server() -> Iterator[Server]:
    """A server of our own, which the site searches with."""
    with tempfile.TemporaryDirectory(prefix="outage-") as name:
        folder = Path(name) / "elasticsearch"
        with Processes(Path(name)) as processes:
            server = Server(processes, folder, free_port())
            elasticsearch.make(folder)
            server.run()
            storages = settings.STORAGES | {"staticfiles": {"BACKEND": _UNCOLLECTED}}
            given = Elasticsearch(f"http://127.0.0.1:{server.port}", "works")
            with override_settings(ELASTICSEARCH=given, STORAGES=storages):
                yield server


@contextmanager
def _worker() -> Iterator[None]:
    """The job that follows, as often as the worker calls it."""
    done = Event()

    def work() -> None:
        while not done.wait(_WORKER_COMES_EVERY_S):
            jobs.follow(timestamp=0)
        connections.close_all()

    thread = Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join(timeout=120)


def _take(steps: list[tuple[Work, User]], tally: Tally) -> None:
    """Publish what is in review and withdraw what is published, several people at once."""

    def one(step: tuple[Work, User]) -> str:
        work, editor = step
        try:
            if work.is_published:
                works.withdraw(work=work, at=timezone.now())
            else:
                reviews.publish(work=work, editor=editor, at=timezone.now())
        except Refused as refusal:
            return f"{work.uuid}: {refusal}"
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(_THREADS) as threads:
        for fault in threads.map(one, steps):
            tally.tried += 1
            tally.check(not fault, fault)


def _look_without(withdrawn: Work, tally: Tally) -> None:
    """While the server is away: searching says so, looking and buying go on."""
    client = Client(SERVER_NAME="localhost")
    for address, status in (("/search?q=boat", 503), ("/", 200), ("/newest", 200)):
        start = time.monotonic()
        answer = client.get(address)
        tally.check(answer.status_code == status, f"{address} answered {answer.status_code}")
        tally.check(time.monotonic() - start < _PAGE_WITHIN_S, f"{address} took too long")
        shown = str(withdrawn.uuid) in answer.content.decode()
        tally.check(not shown, f"{address} shows a withdrawn work")
    for _ in range(_PURCHASES):
        tally.check(make.licence().pk is not None, "a purchase failed")


def _until_equal(withdrawn: set[UUID], tally: Tally) -> float:
    """Seconds until index and database are equal; nothing withdrawn may be shown meanwhile."""
    start = time.monotonic()
    different = 1
    while different and time.monotonic() - start < EQUAL_WITHIN_S:
        try:
            found = find(query=Query("boat"))
            different = len(list(differences()))
        except EngineDown:
            time.sleep(0.5)
            continue
        shown = withdrawn.intersection(work.uuid for work in found.works)
        tally.check(not shown, f"{len(shown)} withdrawn works are shown")
        time.sleep(0.2 if different else 0)
    if different:
        tally.faults += [f"{different} works differ after {EQUAL_WITHIN_S} s"] * different
    return time.monotonic() - start
