"""A proxy of a test's own that fails on purpose."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from services.faults import COUNTS
from services.processes import Processes, answers_ok, free_port


@contextmanager
def faulty(endpoint: str, *, seed: int = 0, **rates: float) -> Iterator[str]:
    """The address of a proxy before `endpoint` that fails as often as `rates` say."""
    port = free_port()
    said = [f"--to={urlsplit(endpoint).netloc}", f"--port={port}", f"--seed={seed}"]
    said += [f"--{name}={share}" for name, share in rates.items()]
    with TemporaryDirectory(prefix="faults-") as folder, Processes(Path(folder)) as processes:
        processes.start("faults", [sys.executable, "-m", "services.faults", *said])
        address = f"http://127.0.0.1:{port}"
        processes.await_answer("faults", answers_ok(address + COUNTS))
        yield address
