"""How the web server runs, wherever it is started: `gunicorn`. Bind and number of processes are
gunicorn's own PORT and WEB_CONCURRENCY, or options on the command line.
"""

import os
import shutil
import tempfile
from typing import Any

from stockcoop.env import Env
from stockcoop.kernel import logs

# Where the web processes keep what they measure; empty at each start, as counters shall be.
_meters = tempfile.mkdtemp(prefix="meters-")
os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", _meters)

wsgi_app = "stockcoop.wsgi"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
threads = 4
# A download is made from an original of up to 500 MB before its first byte is sent.
timeout = 120
graceful_timeout = 30
# A proxy keeps connections open; one that it believes alive must not be closed under it.
keepalive = 75
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108 (heartbeats only)
control_socket_disable = True
logconfig_dict = logs.config(Env.read(os.environ).log_format)


def on_exit(server: Any) -> None:
    """Leave no folder behind."""
    shutil.rmtree(_meters, ignore_errors=True)
