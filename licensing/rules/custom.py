"""Custom quotes: what the co-op says of one licence instead of the price book, and for how long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from stockcoop.kernel.money import Money

LONGEST_CLAUSE = 500
"""In characters; more would seldom fit on the page of a certificate."""


class EnquiryState(StrEnum):
    """What became of the question of a buyer."""

    WAITING = "waiting"
    ANSWERED = "answered"
    DECLINED = "declined"
    TAKEN_BACK = "taken back"


# A custom quote that is withdrawn leaves its enquiry waiting for another answer.
ENQUIRY_MOVES = frozenset(
    {
        (EnquiryState.WAITING, EnquiryState.ANSWERED),
        (EnquiryState.ANSWERED, EnquiryState.WAITING),
        (EnquiryState.WAITING, EnquiryState.DECLINED),
        (EnquiryState.WAITING, EnquiryState.TAKEN_BACK),
    }
)


@dataclass(frozen=True, slots=True)
class Agreed:
    """A price for a choice, whatever the price book says; `clause` is added to the terms, or ""."""

    price: Money
    clause: str


def obstacle(title: str, *, at: datetime, expires_at: datetime, withdrawn: bool, order: str) -> str:
    """Why the custom quote for the work called `title` cannot be taken at `at`; "" if it can.

    `order` is the number of the one that it is in already, or "". `expires_at` is named as the
    day that it is in its own time zone.
    """
    if order:
        return f"The custom quote for “{title}” is in order {order}; it is good for one licence."
    if withdrawn:
        return f"The custom quote for “{title}” has been withdrawn."
    if at > expires_at:
        return f"The custom quote for “{title}” was good until {expires_at:%-d %B %Y}."
    return ""
