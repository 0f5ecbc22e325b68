"""Factories: `from tests import make`. Each builds through services, so no test starts from an
impossible row.
"""

from tests.make.governance import bylaws, proposal
from tests.make.ledger import entry
from tests.make.licensing import (
    STANDARD_SMALL,
    download,
    end_payment,
    licence,
    order,
    paid_line,
    pay,
    photograph_on_sale,
    price_book,
    work_on_sale,
)
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
    "STANDARD_SMALL",
    "application",
    "artist",
    "board",
    "buyer",
    "bylaws",
    "download",
    "editor",
    "end_payment",
    "entry",
    "founder",
    "licence",
    "member",
    "office",
    "order",
    "paid_line",
    "pay",
    "photograph_on_sale",
    "picture",
    "price_book",
    "proposal",
    "royalty_terms",
    "sale",
    "share_class",
    "shared_work",
    "treasurer",
    "user",
    "work_on_sale",
]
