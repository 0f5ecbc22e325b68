"""Versions of the index: each is an index of its own, one of them stands behind the alias.

A version has a second alias that only writers use. Elasticsearch makes a missing index up when
somebody writes into it; through an alias that must exist it does not, so a write meant for a
version that has been replaced and removed is refused instead of founding an index without mapping.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from elasticsearch import Elasticsearch, NotFoundError

from search.adapters.mapping import MAPPING, SETTINGS

_STAMP = "%Y%m%d%H%M%S"
_ABANDONED_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class Version:
    """An index, and how far it has come in the database's history."""

    name: str
    position: int


def writing(version: str) -> str:
    """The alias through which a version is written to."""
    return f"{version}-writing"


def create(client: Elasticsearch, alias: str) -> str:
    """An empty version that is not searched yet; its name."""
    name = f"{alias}-{datetime.now(UTC).strftime(_STAMP)}-{secrets.token_hex(4)}"
    client.indices.create(
        index=name,
        settings=SETTINGS,
        mappings={**MAPPING, "_meta": {"position": 0}},
        aliases={writing(name): {}},
    )
    return name


def behind(client: Elasticsearch, alias: str) -> Version | None:
    """The version that is searched; None when there is none."""
    try:
        found = client.indices.get_mapping(index=alias).body
    except NotFoundError:
        return None
    name, described = max(found.items())
    return Version(name, int(described["mappings"].get("_meta", {}).get("position", 0)))


def move(client: Elasticsearch, version: str, position: int) -> None:
    """Write down how far `version` has come: in the index itself, so that both go together."""
    client.indices.put_mapping(index=writing(version), meta={"position": position})


def switch(client: Elasticsearch, alias: str, version: str) -> None:
    """Search `version` from now on: from one moment to the next, in one step of the cluster."""
    actions: list[dict[str, Any]] = [
        {"remove": {"index": f"{alias}-*", "alias": alias, "must_exist": False}},
        {"add": {"index": version, "alias": alias}},
    ]
    client.indices.update_aliases(actions=actions)


def replaced(client: Elasticsearch, alias: str, by: str) -> list[str]:
    """Versions to remove once `by` is searched: the one before, and what a crash left behind.

    A version that is being filled somewhere else has no alias either, so the young ones stay.
    """
    before = behind(client, alias)
    versions = re.compile(rf"{re.escape(alias)}-(\d{{14}})-[0-9a-f]{{8}}")
    oldest = datetime.now(UTC) - _ABANDONED_AFTER
    removable = {before.name} if before else set()
    for name in client.indices.get(index=f"{alias}-*", features="aliases").body:
        match = versions.fullmatch(name)
        if match and datetime.strptime(match[1], _STAMP).replace(tzinfo=UTC) < oldest:
            removable.add(name)
    return sorted(removable - {by})


def remove(client: Elasticsearch, names: list[str]) -> None:
    """Remove versions; one that is gone already is no fault."""
    if names:
        client.indices.delete(index=names, ignore_unavailable=True)
