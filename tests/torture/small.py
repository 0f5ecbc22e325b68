"""Cases at their smallest, as a command with a database of its own, for the ordinary tests."""

import os
import subprocess
import sys

PATIENCE_S = 300


def torture(*arguments: str) -> tuple[int, str]:
    """The exit status and the lines of `python -m tests.torture` at the smallest size."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.torture", *arguments],
        # The ordinary tests' own database and folder are no matter of this one.
        env={**os.environ, "TORTURE_SCALE": "0.001"},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
        timeout=PATIENCE_S,
    )
    return done.returncode, done.stdout
