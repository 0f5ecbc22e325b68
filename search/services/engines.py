"""Which engine the site searches with."""

from search.adapters.postgres import PostgresEngine
from search.rules.engine import Engine


def current() -> Engine:
    """The engine of this set-up."""
    return PostgresEngine()
