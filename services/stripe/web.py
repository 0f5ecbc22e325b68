"""HTTP on a loopback port: the API below /v1, hooks below /_test, pages elsewhere."""

from __future__ import annotations

import json
import socket
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from services.stripe import hooks, pages
from services.stripe.api import Api, Lost, Reply, Request

LONGEST_BODY = 1_000_000


class Server(ThreadingHTTPServer):
    """A thread for each connection."""

    daemon_threads = True
    request_queue_size = 256
    api: Api


class Handler(BaseHTTPRequestHandler):
    """One connection, kept open between requests."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: Server

    def do_GET(self) -> None:
        """Answer whatever comes."""
        if self.path == "/health":
            self._send(200, {"Content-Type": "text/plain"}, b"ok")
            return
        length = int(self.headers.get("Content-Length") or 0)
        if length > LONGEST_BODY:
            self.close_connection = True
            self._send(413, {}, b"")
            return
        headers = {name.title(): value for name, value in self.headers.items()}
        request = Request(self.command, self.path, self.rfile.read(length), headers)
        try:
            self._answer(request)
        except Lost:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
        except Exception as error:
            # Whoever asked shall hear of it, and the log too.
            traceback.print_exc()
            text = f"The stand-in fell over: {type(error).__name__}: {error}"
            self._send(500, {"Content-Type": "text/plain; charset=utf-8"}, text.encode())

    do_POST = do_DELETE = do_GET  # noqa: N815 (http.server wants these names)

    def _answer(self, request: Request) -> None:
        api = self.server.api
        if request.path.startswith(("/v1/", "/v2/")):
            self._reply(api.answer(request))
        elif request.path.startswith("/_test/"):
            self._reply(hooks.answer(api, request))
        else:
            page = pages.answer(api, request)
            headers = {"Content-Type": "text/html; charset=utf-8"}
            headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
            if page.location:
                headers["Location"] = page.location
            self._send(page.status, headers, page.html.encode())

    def _reply(self, reply: Reply) -> None:
        body = json.dumps(reply.body, indent=2).encode()
        self._send(reply.status, {"Content-Type": "application/json", **reply.headers}, body)

    def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing of each request; keys travel in them."""
