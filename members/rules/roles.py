"""What a person may be in the co-op, and what follows from what."""

from collections.abc import Iterable
from enum import StrEnum


class Role(StrEnum):
    """A part a person plays. `buyer`, `member` and `artist` follow from the account and the
    register; the others are offices that the board grants.
    """

    MEMBER = "member"
    ARTIST = "artist"
    BUYER = "buyer"
    EDITOR = "editor"
    BOARD = "board"
    TREASURER = "treasurer"


OFFICES = (Role.EDITOR, Role.BOARD, Role.TREASURER)


def held(*, active: bool, member: bool, uploads: bool, offices: Iterable[str]) -> frozenset[Role]:
    """The roles of an account.

    `active`: the account may sign in; `member`: it has an open membership; `uploads`: in a share
    class whose members upload works; `offices`: codes of the offices it holds now.
    Raises ValueError for a code that is not an office.
    """
    if not active:
        return frozenset()
    roles = {Role.BUYER}
    for office in offices:
        role = Role(office)
        if role not in OFFICES:
            raise ValueError(f"{office} is not an office that can be granted")
        roles.add(role)
    if member:
        roles.add(Role.MEMBER)
        if uploads:
            roles.add(Role.ARTIST)
    return frozenset(roles)
