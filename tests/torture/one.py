"""`python -m tests.torture.one NAME [--without-lock]`: one case in this process.

It has a PostgreSQL and a folder of its own; its last line on standard output is the outcome.
"""

import importlib
import json
import os
import sys
import tempfile
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path

from tests.torture import database
from tests.torture.case import Outcome

DEFAULT_SCALE = "0.1"


def main(arguments: list[str]) -> None:
    name, without_lock = arguments[0], "--without-lock" in arguments
    with (
        tempfile.TemporaryDirectory(prefix="torture-") as folder,
        database.fresh(Path(folder) / "servers") as server,
    ):
        os.environ |= {"DATABASE_URL": server.url, "VAR": str(Path(folder) / "var")}
        outcome = _run(name, without_lock)
    print(json.dumps(asdict(outcome)))


def _run(name: str, without_lock: bool) -> Outcome:
    importlib.import_module("tests.environment")
    os.environ["DJANGO_SETTINGS_MODULE"] = "stockcoop.settings"
    import django
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    # Slow hashing protects real passwords; here it would take most of the time.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    call_command("migrate", verbosity=0)
    case = importlib.import_module(f"tests.torture.{name}")
    scale = float(os.environ.get("TORTURE_SCALE") or DEFAULT_SCALE)
    with case.without_lock() if without_lock else nullcontext():
        outcome: Outcome = case.run(scale)
    return outcome


if __name__ == "__main__":
    main(sys.argv[1:])
