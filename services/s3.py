"""The S3 server: versitygw, built from its Go module."""

import secrets
from pathlib import Path

from services import cache
from services.processes import Processes, answers_ok, free_port
from services.server import Server

MODULE, VERSION = "github.com/versity/versitygw/cmd/versitygw", "v1.8.0"


def prepare() -> None:
    """Build it, if that has not been done."""
    cache.go_program(MODULE, VERSION)


def start(processes: Processes, folder: Path) -> dict[str, str]:
    """An empty server: no bucket yet, keys of its own."""
    for name in ("data", "versions", "iam"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    port, access, secret = free_port(), secrets.token_hex(10), secrets.token_hex(20)
    processes.start(
        "s3",
        [
            str(cache.go_program(MODULE, VERSION)),
            *("--port", f"127.0.0.1:{port}", "--health", "/health", "--quiet"),
            *("--iam-dir", str(folder / "iam"), "posix"),
            *("--versioning-dir", str(folder / "versions"), str(folder / "data")),
        ],
        {"ROOT_ACCESS_KEY_ID": access, "ROOT_SECRET_ACCESS_KEY": secret},
    )
    endpoint = f"http://127.0.0.1:{port}"
    processes.await_answer("s3", answers_ok(f"{endpoint}/health"))
    return {
        "S3_ENDPOINT": endpoint,
        "S3_ACCESS_KEY": access,
        "S3_SECRET_KEY": secret,
        "S3_ORIGINALS": "originals",
        "S3_RENDITIONS": "renditions",
    }


SERVER = Server(
    "s3",
    ("S3_ENDPOINT", "S3_ACCESS_KEY", "S3_SECRET_KEY", "S3_ORIGINALS", "S3_RENDITIONS"),
    prepare,
    start,
)
