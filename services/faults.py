"""`python -m services.faults --to HOST:PORT --port PORT`: a server that fails now and then.

An HTTP proxy on the loopback address that sometimes answers 5xx instead of passing a request on,
sometimes passes it on and answers 5xx all the same (the answer is lost, the deed is done), and
sometimes breaks off. Which requests it hits follows from the seed and their order. The Host header
stays as it came, because signatures cover it. `GET /-/counts` says how many were hit how.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import signal
from dataclasses import dataclass, field

COUNTS = "/-/counts"
_FAULTS = (500, 502, 503, 504)
_PATIENCE_S = 60
_CHUNK = 256 * 1024


@dataclass(frozen=True, slots=True)
class Rates:
    """How often each fault happens, as shares of all requests."""

    before: float = 0.0
    after: float = 0.0
    cut: float = 0.0

    def pick(self, dice: random.Random) -> str:
        """What happens to the next request: `before`, `after`, `cut`, or nothing."""
        thrown = dice.random()
        for fault in ("before", "after", "cut"):
            share: float = getattr(self, fault)
            if thrown < share:
                return fault
            thrown -= share
        return ""


@dataclass(frozen=True, slots=True)
class Message:
    """A request or an answer: its first line, its headers as they came, its body as it came."""

    first: bytes
    headers: list[tuple[bytes, bytes]]
    body: bytes

    def header(self, name: bytes) -> bytes:
        """The value of one header, empty when there is none."""
        return next((value for key, value in self.headers if key.lower() == name), b"")

    def to_bytes(self) -> bytes:
        """As it goes over the line, on a connection that ends with it."""
        kept = [(k, v) for k, v in self.headers if k.lower() not in {b"connection", b"expect"}]
        lines = [self.first, *(b"%s: %s" % pair for pair in kept), b"Connection: close"]
        return b"\r\n".join(lines) + b"\r\n\r\n" + self.body


@dataclass
class Proxy:
    """Passes requests on to `host:port`, hitting some of them."""

    host: str
    port: int
    rates: Rates
    dice: random.Random
    counts: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(["asked", "before", "after", "cut"], 0)
    )

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request on one connection."""
        try:
            async with asyncio.timeout(_PATIENCE_S):
                request = await _read(reader, writer)
                if request is not None:
                    writer.write(await self._answer(request))
                    await writer.drain()
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            pass  # Whoever asked, or was asked, has gone; for the other that is a cut.
        finally:
            writer.close()

    async def _answer(self, request: Message) -> bytes:
        path = request.first.split(b" ")[1].decode()
        if path == COUNTS:
            return _said(200, json.dumps(self.counts), "application/json")
        fault = self.rates.pick(self.dice)
        status = self.dice.choice(_FAULTS)
        self.counts["asked"] += 1
        if fault:
            self.counts[fault] += 1
        if fault == "before":
            return _said(status, _IN_S3S_WORDS, "application/xml")
        answer = await self._pass_on(request)
        if fault == "after":
            return _said(status, _IN_S3S_WORDS, "application/xml")
        return _cut(answer) if fault == "cut" else answer

    async def _pass_on(self, request: Message) -> bytes:
        reader, writer = await asyncio.open_connection(self.host, self.port)
        try:
            writer.write(request.to_bytes())
            await writer.drain()
            return await reader.read(-1)
        finally:
            writer.close()


_IN_S3S_WORDS = "<Error><Code>InternalError</Code><Message>On purpose.</Message></Error>"


def _cut(answer: bytes) -> bytes:
    """The half of an answer that has a body, and nothing of one that has none."""
    head, end, body = answer.partition(b"\r\n\r\n")
    return head + end + body[: len(body) // 2] if body else b""


async def _read(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Message | None:
    """The next request, None when there is none. Who waits for leave to send a body gets it."""
    first = (await reader.readline()).rstrip(b"\r\n")
    if not first:
        return None
    headers = []
    while line := (await reader.readline()).rstrip(b"\r\n"):
        name, _, value = line.partition(b":")
        headers.append((name.strip(), value.strip()))
    request = Message(first, headers, b"")
    if request.header(b"expect").lower() == b"100-continue":
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        await writer.drain()
    return Message(first, headers, await _body(reader, request))


async def _body(reader: asyncio.StreamReader, request: Message) -> bytes:
    if request.header(b"transfer-encoding").lower() == b"chunked":
        return await _chunks(reader)
    return await reader.readexactly(int(request.header(b"content-length") or 0))


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    """A body in chunks, with its framing and whatever trails it."""
    raw = bytearray()
    while True:
        line = await reader.readline()
        raw += line
        length = int(line.split(b";")[0], 16)
        if not length:
            break
        raw += await reader.readexactly(length + 2)
    while (line := await reader.readline()) not in {b"\r\n", b""}:
        raw += line
    return bytes(raw + line)


def _said(status: int, body: str, media_type: str) -> bytes:
    headers = [
        (b"Content-Type", media_type.encode()),
        (b"Content-Length", str(len(body)).encode()),
    ]
    return Message(b"HTTP/1.1 %d Fault" % status, headers, body.encode()).to_bytes()


async def _run(proxy: Proxy, port: int) -> None:
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", port, limit=_CHUNK)
    async with server:
        await stopped.wait()


def main() -> None:
    parser = argparse.ArgumentParser(prog="services.faults", description=__doc__)
    parser.add_argument("--to", required=True, help="HOST:PORT of the server behind it")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--seed", type=int, default=0)
    for name in ("before", "after", "cut"):
        parser.add_argument(f"--{name}", type=float, default=0.0, metavar="SHARE")
    said = parser.parse_args()
    host, _, port = said.to.rpartition(":")
    rates = Rates(said.before, said.after, said.cut)
    asyncio.run(_run(Proxy(host, int(port), rates, random.Random(said.seed)), said.port))  # noqa: S311


if __name__ == "__main__":
    main()
