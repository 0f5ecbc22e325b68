"""Backups as the tests make them, and the commands around them."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command

from operation.adapters.folder import Folder
from operation.rules.manifest import Manifest
from operation.services.backing_up import back_up

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def nothing(_: str) -> None:
    """Says nothing."""


def made(folder: Folder, *, after: int = 0, keep: int | None = None) -> Manifest:
    """A backup of now, as if made `after` seconds past noon."""
    at = NOON + timedelta(seconds=after)
    return back_up(folder=folder, at=at, keep=keep, say=nothing)


def command(*arguments: object) -> str:
    """What a command says."""
    said = io.StringIO()
    call_command(*map(str, arguments), stdout=said, stderr=said)
    return said.getvalue()


def command_fails(*arguments: object) -> str:
    """What a command that fails complains of."""
    said = io.StringIO()
    with pytest.raises(CommandError):
        call_command(*map(str, arguments), stdout=io.StringIO(), stderr=said)
    return said.getvalue()
