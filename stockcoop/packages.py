"""Asking every package for the same thing, lowest package first."""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

PACKAGES = (
    "members",
    "governance",
    "ledger",
    "media",
    "royalties",
    "invoicing",
    "teams",
    "search",
    "licensing",
)


def offering(module: str) -> Iterator[ModuleType]:
    """The modules `<package>.<module>` of those packages that have one."""
    for package in PACKAGES:
        name = f"{package}.{module}"
        if find_spec(name) is not None:
            yield import_module(name)
