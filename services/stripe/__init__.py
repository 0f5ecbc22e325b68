"""The Stripe stand-in: stripe-mock, and in front of it what remembers.

Real Stripe is never contacted. Each request goes to stripe-mock first, which refuses what Stripe's
own OpenAPI document refuses; then it is answered from what happened before, and the answer is held
to the same document. What is not modelled is answered with 501, operation or parameter.

Tests turn it by hooks below `/_test/` on the same port: hold, shuffle, repeat and drop webhooks,
plan 500s and lost answers, let time pass, open disputes, fail refunds and payouts.
`docs/stripe-stand-in.md` lists all of it, and what to try first with real test keys.
"""

from __future__ import annotations

import json
import secrets
import shutil
import sys
from pathlib import Path
from typing import Any

from services import cache
from services.processes import Processes, answers_ok, answers_tcp, free_port
from services.server import Server

MODULE, VERSION = "github.com/stripe/stripe-mock", "v0.203.0"
_FILES = ("spec3.json", "fixtures3.json")


def prepare() -> None:
    """Build stripe-mock and take the document out of its module, if that has not been done."""
    cache.go_program(MODULE, VERSION)
    folder = _document()
    if all((folder / name).exists() for name in _FILES):
        return
    folder.mkdir(parents=True, exist_ok=True)
    source = cache.go_module(MODULE, VERSION) / "embedded" / "openapi"
    for name in _FILES:
        part = folder / f"{name}.part"
        shutil.copyfile(source / name, part)
        part.replace(folder / name)


def start(processes: Processes, folder: Path) -> dict[str, str]:
    """A stand-in; any key of Stripe's test kind is a state of its own.

    Its pages and its API know no address but the loopback one. Where data is kept, it goes on with
    what it remembered, under the same key and, if that is free, on the same port.
    """
    folder.mkdir(parents=True, exist_ok=True)
    names = _names(folder)
    port, mock_port, mock_tls_port = names.pop("port"), free_port(), free_port()
    mock = [str(cache.go_program(MODULE, VERSION)), "-http-addr", f"127.0.0.1:{mock_port}"]
    # Without an address for both it listens everywhere.
    processes.start("stripe-mock", [*mock, "-https-addr", f"127.0.0.1:{mock_tls_port}"])
    processes.await_answer("stripe-mock", answers_tcp(mock_port))
    command = [sys.executable, "-m", "services.stripe", "--port", str(port)]
    command += ["--mock-port", str(mock_port), "--document", str(_document())]
    if processes.keeps:
        command += ["--keep", str(folder / "states")]
    root = Path(__file__).resolve().parent.parent.parent
    processes.start("stripe", command, {"PYTHONPATH": str(root)})
    origin = f"http://127.0.0.1:{port}"
    processes.await_answer("stripe", answers_ok(f"{origin}/health"))
    return {"STRIPE_API": origin, **names}


def _names(folder: Path) -> dict[str, Any]:
    """The port and the keys that the stand-in of `folder` had before, or new ones."""
    file = folder / "names.json"
    names: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {}
    if not names:
        names["STRIPE_SECRET_KEY"] = f"sk_test_{secrets.token_hex(12)}"
        names["STRIPE_WEBHOOK_SECRET"] = f"whsec_{secrets.token_hex(16)}"
    if "port" not in names or answers_tcp(names["port"])():
        names["port"] = free_port()
    file.write_text(json.dumps(names))
    return names


def _document() -> Path:
    return cache.folder() / "stripe" / VERSION


SERVER = Server(
    "stripe",
    ("STRIPE_API", "STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET"),
    prepare,
    start,
)
