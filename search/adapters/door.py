"""The way to Elasticsearch: every fault comes back as EngineDown, and in time."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from urllib.parse import urlsplit

from elasticsearch import ApiError, Elasticsearch
from elasticsearch.exceptions import ConnectionTimeout, SerializationError, TransportError

from search.adapters.breaker import Breaker
from search.rules.engine import EngineDown

PATIENCE = 2.0  # seconds that a buyer may have to wait
HASTE = 1.0  # seconds for what a page can do without
LABOUR = 60.0  # seconds that a step of the index may take

log = logging.getLogger(__name__)


class Door:
    """A client of one cluster, and its breaker. Safe to share between threads."""

    def __init__(self, url: str) -> None:
        self._client = Elasticsearch(with_port(url), max_retries=0, retry_on_timeout=False)
        self._breaker = Breaker()

    @contextmanager
    def open(self, seconds: float) -> Iterator[Elasticsearch]:
        """The client, each of whose requests may take `seconds`. Raises EngineDown.

        Neither the address nor what was asked is logged: the one may hold a password, the other
        what somebody looks for.
        """
        if not self._breaker.allows():
            raise EngineDown
        try:
            yield self._client.options(request_timeout=seconds)
        except ConnectionTimeout as error:
            self._tell("takes too long", opened=self._breaker.was_late())
            raise EngineDown from error
        except SerializationError as error:
            self._tell("does not answer as Elasticsearch does", opened=self._breaker.was_away())
            raise EngineDown from error
        except TransportError as error:
            self._tell("cannot be reached", opened=self._breaker.was_away())
            raise EngineDown from error
        except ApiError as error:
            self._breaker.answered()
            log.error("Elasticsearch refused a request: %s %s", error.status_code, error.error)
            raise EngineDown from error
        self._breaker.answered()

    def _tell(self, what: str, *, opened: bool) -> None:
        if opened:
            log.warning("Elasticsearch %s.", what)


def with_port(url: str) -> str:
    """`url` with the port that goes without saying, which the client would miss."""
    parts = urlsplit(url)
    if parts.port:
        return url
    port = 443 if parts.scheme == "https" else 80
    return parts._replace(netloc=f"{parts.netloc.rstrip(':')}:{port}").geturl()


@cache
def door_to(url: str) -> Door:
    """The door to the cluster at `url`, one for the whole process."""
    return Door(url)
