"""The server that fails on purpose: as often as told, and in the ways that are told apart."""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.client import BadStatusLine, HTTPConnection, IncompleteRead
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

import pytest

from services.faults import COUNTS, Rates
from tests.faults import faulty

ANSWER = b"an answer that is long enough to be cut somewhere in its middle"


class Deeds(BaseHTTPRequestHandler):
    """Writes down what it was asked to do."""

    done: list[tuple[str, bytes]]

    def do_PUT(self) -> None:
        if self.headers.get("Transfer-Encoding") == "chunked":
            body = self.rfile.readline() + self.rfile.readline() + self.rfile.readline()
        else:
            body = self.rfile.read(int(self.headers["Content-Length"]))
        self.done.append((self.headers["Host"], body))
        self.send_response(200)
        self.send_header("Content-Length", str(len(ANSWER)))
        self.end_headers()
        self.wfile.write(ANSWER)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


Start = Callable[..., int]


@pytest.fixture
def start() -> Iterator[Start]:
    """`start(before=0.5)`: the port of such a proxy before a server that remembers its deeds."""
    Deeds.done = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Deeds)
    Thread(target=server.serve_forever, daemon=True).start()
    with ExitStack() as proxies:

        def proxy(**rates: float) -> int:
            behind = f"http://127.0.0.1:{server.server_port}"
            address = proxies.enter_context(faulty(behind, seed=3, **rates))
            return urlsplit(address).port or 0

        yield proxy
    server.shutdown()
    server.server_close()


def _put(port: int, **headers: str) -> tuple[int, bytes] | str:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("PUT", "/x", b"a part", {"Host": "signed.example", **headers})
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (IncompleteRead, BadStatusLine, ConnectionError):
        return "cut"
    finally:
        connection.close()


def test_passes_on_what_it_does_not_hit_under_the_host_that_was_signed(start: Start) -> None:
    assert _put(start()) == (200, ANSWER)
    assert Deeds.done == [("signed.example", b"a part")]


def test_passes_on_a_body_in_chunks_and_gives_leave_to_send_one(start: Start) -> None:
    connection = HTTPConnection("127.0.0.1", start(), timeout=10)
    connection.request("PUT", "/x", iter([b"a part"]), encode_chunked=True)
    assert connection.getresponse().read() == ANSWER
    assert Deeds.done[0][1] == b"6\r\na part\r\n0\r\n"
    connection.close()


@pytest.mark.parametrize(
    ("rates", "deeds"), [({"before": 1.0}, 0), ({"after": 1.0}, 1), ({"cut": 1.0}, 1)]
)
def test_does_the_deed_or_not(start: Start, rates: dict[str, float], deeds: int) -> None:
    answer = _put(start(**rates))
    assert len(Deeds.done) == deeds
    assert answer == "cut" if "cut" in rates else answer[0] in {500, 502, 503, 504}


def test_hits_as_many_as_told_and_counts_them(start: Start) -> None:
    port = start(before=0.2, after=0.1, cut=0.1)
    seen = Counter(str(_put(port))[:4] for _ in range(100))
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", COUNTS)
    counts = json.loads(connection.getresponse().read())
    connection.close()
    assert counts["asked"] == 100
    assert len(Deeds.done) == 100 - counts["before"]
    assert seen["cut"] == counts["cut"] > 0
    assert 25 < counts["before"] + counts["after"] + counts["cut"] < 55


def test_the_same_seed_hits_the_same_requests() -> None:
    rates = Rates(before=0.2, after=0.1, cut=0.1)
    first, second = (
        [rates.pick(dice) for _ in range(50)] for dice in (random.Random(1), random.Random(1))
    )
    assert first == second
    assert set(first) == {"", "before", "after", "cut"}
