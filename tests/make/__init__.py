"""Factories: `from tests import make`. Each builds through services, so no test starts from an
impossible row.
"""

from tests.make.governance import bylaws, proposal
from tests.make.ledger import entry
from tests.make.members import (
    LONG_AGO,
    PASSWORD,
    application,
    artist,
    board,
    buyer,
    editor,
    founder,
    member,
    office,
    picture,
    share_class,
    treasurer,
    user,
)

__all__ = [
    "LONG_AGO",
    "PASSWORD",
    "application",
    "artist",
    "board",
    "buyer",
    "bylaws",
    "editor",
    "entry",
    "founder",
    "member",
    "office",
    "picture",
    "proposal",
    "share_class",
    "treasurer",
    "user",
]
