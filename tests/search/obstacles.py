"""What can stand before Elasticsearch on the loopback address: nothing, silence, a busy server."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import urlsplit


@contextmanager
def refused() -> Iterator[str]:
    """An address where nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}"


@contextmanager
def silent() -> Iterator[str]:
    """An address that takes connections and never says a word."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(64)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


@contextmanager
def swallowed() -> Iterator[str]:
    """An address whose packets are dropped: connecting hangs, as it does behind a firewall."""
    with ExitStack() as stack:
        listening = stack.enter_context(socket.socket())
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        for _ in range(4):  # the queue is full after the first or second
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listening.getsockname())
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


@dataclass
class Traffic:
    """What passes a relay: the first `refusals` writes are answered 429, the rest go through."""

    to: str
    refusals: int = 0
    bodies: list[int] = field(default_factory=list)

    def refuses(self, path: str) -> bool:
        if not path.partition("?")[0].endswith("_bulk") or not self.refusals:
            return False
        self.refusals -= 1
        return True


@contextmanager
def relay(to: str, *, refusals: int = 0) -> Iterator[tuple[str, Traffic]]:
    """A server that passes everything on to the one at `to`, once it is no longer busy."""
    traffic = Traffic(to, refusals)

    class Relay(_Relay):
        passing = traffic

    server = ThreadingHTTPServer(("127.0.0.1", 0), Relay)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", traffic
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)


_HEADERS = {"Content-Type": "application/json", "X-Elastic-Product": "Elasticsearch"}


class _Relay(BaseHTTPRequestHandler):
    passing: Traffic

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.passing.bodies.append(len(body))
        if self.passing.refuses(self.path):
            busy = b'{"error": {"type": "es_rejected_execution_exception"}, "status": 429}'
            self._answer(429, _HEADERS, busy)
            return
        onward = HTTPConnection(urlsplit(self.passing.to).netloc, timeout=60)
        kept = {name: value for name, value in self.headers.items() if name != "Host"}
        onward.request(self.command, self.path, body=body, headers=kept)
        answer = onward.getresponse()
        self._answer(answer.status, dict(answer.getheaders()), answer.read())
        onward.close()

    do_POST = do_PUT = do_HEAD = do_DELETE = do_GET  # noqa: N815 (names of http.server)

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() not in {"content-length", "transfer-encoding"}:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: what passes is counted."""
