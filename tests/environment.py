"""The environment of the tests, set before Django reads its settings (a pytest plugin)."""

import os
from pathlib import Path

from tests import servers

# A database server for each worker: a transaction that one of them holds open would hold back
# the horizon up to which the other's followers may read.
_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
_ALL = Path(__file__).resolve().parent.parent / "var" / "tests"
# Workers inherit what their parent has set, so the folder of all is kept under another name.
_VAR = Path(os.environ.setdefault("VAR_OF_TESTS", os.environ.get("VAR", str(_ALL)))) / _WORKER

# The site under test starts as it does with none of them; tests that want one take its address.
servers.take_from(os.environ)

os.environ.setdefault("SECRET_KEY", "a-key-for-tests-only-" * 2)
os.environ.setdefault("HTTPS", "0")
os.environ.setdefault("PRACTICE_GATEWAY_ALLOWED", "1")
os.environ.setdefault("EMAIL_URL", "console:")
os.environ["VAR"] = str(_VAR)
# Playwright's synchronous interface runs an event loop in the test's own thread.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
# whitenoise warns when there is no folder of collected files, and warnings are errors here.
(_VAR / "static").mkdir(parents=True, exist_ok=True)
