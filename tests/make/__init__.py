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
from tests.make.media import (
    described_work,
    draft,
    ingesting_work,
    jpeg,
    published_work,
    review_reasons,
    submitted_work,
    upload,
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
from tests.make.payouts import moved
from tests.make.royalties import royalty_terms, sale, shared_work
from tests.make.surplus import closed_year, cost, distribution_plan, distribution_vote
from tests.make.teams import invitation, manager_of, project, team, teammate

__all__ = [
    "LONG_AGO",
    "PASSWORD",
    "STANDARD_SMALL",
    "application",
    "artist",
    "board",
    "buyer",
    "bylaws",
    "closed_year",
    "cost",
    "described_work",
    "distribution_plan",
    "distribution_vote",
    "download",
    "draft",
    "editor",
    "end_payment",
    "entry",
    "founder",
    "ingesting_work",
    "invitation",
    "jpeg",
    "licence",
    "manager_of",
    "member",
    "moved",
    "office",
    "order",
    "paid_line",
    "pay",
    "photograph_on_sale",
    "picture",
    "price_book",
    "project",
    "proposal",
    "published_work",
    "review_reasons",
    "royalty_terms",
    "sale",
    "share_class",
    "shared_work",
    "submitted_work",
    "team",
    "teammate",
    "treasurer",
    "upload",
    "user",
    "work_on_sale",
]
