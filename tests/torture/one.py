"""`python -m tests.torture.one NAME [--without-lock]`: one case in this process.

It has a PostgreSQL and a folder of its own; its last line on standard output is the outcome.
"""

import importlib
import json
import multiprocessing
import os
import signal
import sys
import tempfile
from contextlib import nullcontext
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

from tests.torture import database
from tests.torture.case import Outcome

DEFAULT_SCALE = "0.1"
ROOT = Path(__file__).resolve().parent.parent.parent


def main(arguments: list[str]) -> None:
    name, without_lock = arguments[0], "--without-lock" in arguments
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    like = migrated()
    with (
        tempfile.TemporaryDirectory(prefix="torture-") as folder,
        database.fresh(Path(folder) / "servers", like) as server,
    ):
        enter(server.url, Path(folder) / "var")
        outcome = _run(name, without_lock)
    print(json.dumps(asdict(outcome)))


def _run(name: str, without_lock: bool) -> Outcome:
    case = importlib.import_module(f"tests.torture.{name}")
    scale = float(os.environ.get("TORTURE_SCALE") or DEFAULT_SCALE)
    with case.without_lock() if without_lock else nullcontext():
        outcome: Outcome = case.run(scale)
    return outcome


def migrated() -> Path:
    """A stopped server, migrated, that cases start from copies of; made once for its migrations."""
    digest = sha256()
    for file in sorted(ROOT.glob("*/migrations/*.py")):
        digest.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
    made = ROOT / "var" / "torture" / digest.hexdigest()[:16]
    if made.exists():
        return made
    made.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="torture-") as folder:
        with database.fresh(Path(folder)) as server:
            # In a process of its own: Django takes its database once.
            process = multiprocessing.get_context("fork").Process(
                target=_migrate, args=(server.url, Path(folder) / "var")
            )
            process.start()
            process.join()
            assert process.exitcode == 0
        with tempfile.TemporaryDirectory(dir=made.parent) as beside:
            database.copy(server.folder, Path(beside) / "postgres")
            if not made.exists():
                (Path(beside) / "postgres").rename(made)
    return made


def _migrate(url: str, var: Path) -> None:
    from django.core.management import call_command

    enter(url, var)
    call_command("migrate", verbosity=0)


def enter(url: str, var: Path) -> None:
    """Set Django up on this database, with the settings of tests."""
    os.environ |= {"DATABASE_URL": url, "VAR": str(var)}
    importlib.import_module("tests.environment")
    os.environ["DJANGO_SETTINGS_MODULE"] = "stockcoop.settings"
    import django
    from django.conf import settings

    django.setup()
    # Slow hashing protects real passwords; here it would take most of the time.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


if __name__ == "__main__":
    main(sys.argv[1:])
