"""`python -m tests.torture [--without-locks] [NAME …]`: run all cases, or those named.

One line a case: what was tried, how many, how many lost, seconds. Exits non-zero when anything was
lost or a case did not run. `--without-locks` takes out the lock that a race tests: then each case
must lose something, and the exit status says whether each did. TORTURE_SCALE is the size: 1 at
night, 0.1 unless told.
"""

import json
import signal
import subprocess
import sys
from importlib.util import find_spec

from tests.torture.case import Outcome
from tests.torture.cases import CASES

PATIENCE_S = 3600


def main(arguments: list[str]) -> int:
    """0 when all went as it must; 1 when something was lost or did not run; 2 for a wrong name."""
    without = "--without-locks" in arguments
    names = [argument for argument in arguments if argument != "--without-locks"]
    unknown = sorted(set(names) - set(CASES))
    if unknown:
        print(f"No case is called {' '.join(unknown)}. There are: {' '.join(CASES)}")
        return 2
    went_well = [_case(name, without) for name in names or CASES]
    return 0 if all(went_well) else 1


def _case(name: str, without_lock: bool) -> bool:
    """Whether the case went as it must; its line is printed."""
    if find_spec(f"tests.torture.{name}") is None:
        print(f"{name:20} is not there", flush=True)
        return False
    command = [sys.executable, "-m", "tests.torture.one", name]
    command += ["--without-lock"] if without_lock else []
    said = _said(command)
    if said is None:
        print(f"{name:20} did not run to its end", flush=True)
        return False
    outcome = Outcome(**json.loads(said))
    print(
        f"{outcome.name:20} {outcome.tried:6} tried, {outcome.lost:4} lost, "
        f"{outcome.seconds:6.1f} s   {outcome.said}",
        flush=True,
    )
    return (outcome.lost > 0) == without_lock


def _said(command: list[str]) -> str | None:
    """The last line of a command; None when it failed, or had to be ended after PATIENCE_S."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            said, _ = process.communicate(timeout=PATIENCE_S)
        except subprocess.TimeoutExpired:
            return None
        finally:
            # Asked to end, it stops the database that it started.
            process.terminate()
    return said.splitlines()[-1] if process.returncode == 0 else None


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    sys.exit(main(sys.argv[1:]))
