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
from tests.make.royalties import royalty_terms, sale, shared_work

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
    "royalty_terms",
    "sale",
    "share_class",
    "shared_work",
    "treasurer",
    "user",
]
