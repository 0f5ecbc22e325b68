"""Start servers and print where they answer: `python -m services [NAME …] [-- COMMAND …]`.

All servers, or those named. With a command, run it with their addresses in its environment and
end with its exit status; without one, print a line NAME=value each and run until Ctrl-C.
Servers that the environment names already are used as they are. Data is gone at the end, unless
`--keep FOLDER` comes first.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from services.cache import CannotBuild, say
from services.catalogue import SERVERS
from services.processes import Failed, Processes
from services.server import Server


def main(arguments: list[str]) -> int:
    """The exit status of the command, 0 after Ctrl-C, 1 when a server could not be had."""
    keep = None
    if arguments[:1] == ["--keep"]:
        keep, arguments = Path(arguments[1]).absolute(), arguments[2:]
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    names, command = arguments[:cut], arguments[cut + 1 :]
    unknown = set(names) - {server.name for server in SERVERS}
    if unknown:
        known = " ".join(server.name for server in SERVERS)
        say(f"No server is called {' '.join(sorted(unknown))}. There are: {known}")
        return 2
    wanted = [server for server in SERVERS if server.name in names or not names]
    signal.signal(signal.SIGTERM, _as_interrupt)
    try:
        with _folder(keep) as folder, Processes(folder, keeps=keep is not None) as processes:
            return _serve(wanted, processes, command)
    except (CannotBuild, Failed) as fault:
        say(str(fault))
        return 1
    except KeyboardInterrupt:
        return 0


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep:
        yield keep
        return
    with tempfile.TemporaryDirectory(prefix="services-") as name:
        yield Path(name)


def _serve(wanted: list[Server], processes: Processes, command: list[str]) -> int:
    environ: dict[str, str] = {}
    for server in wanted:
        given = server.given()
        if not given:
            server.prepare()
            given = server.start(processes, processes.folder / server.name)
        environ |= given
    if command:
        return _run(command, environ)
    for name, value in environ.items():
        print(f"{name}={value}", flush=True)
    say("Ctrl-C stops what was started.")
    while True:
        processes.check()
        time.sleep(0.5)


def _run(command: list[str], environ: dict[str, str]) -> int:
    child = subprocess.Popen(  # noqa: S603 (what the caller asked to run)
        command, env={**os.environ, **environ}
    )
    # Ctrl-C reaches the command by itself; the servers are stopped when it has ended.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return child.wait()
    except KeyboardInterrupt:
        # Somebody asked this process alone to end.
        child.terminate()
        return child.wait()


def _as_interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
