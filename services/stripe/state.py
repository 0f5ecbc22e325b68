"""What the stand-in remembers: one `State` per API key, in it one `Book` per account."""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from services.stripe.balance import Funds
from services.stripe.document import Document
from services.stripe.errors import missing
from services.stripe.faults import Fault
from services.stripe.forms import Json
from services.stripe.idempotency import Answers

PREFIXES = {
    "account": "acct",
    "balance_transaction": "txn",
    "charge": "ch",
    "checkout.session": "cs_test",
    "dispute": "du",
    "event": "evt",
    "payment_intent": "pi",
    "payout": "po",
    "refund": "re",
    "transfer": "tr",
    "transfer_reversal": "trr",
    "webhook_endpoint": "we",
}


@dataclass
class Book:
    """The objects of one account, each kind in the order of its making."""

    account: str
    lists: dict[str, list[Json]] = field(default_factory=dict)
    funds: Funds = field(default_factory=Funds)

    def of(self, noun: str) -> list[Json]:
        """All objects of a kind, oldest first."""
        return self.lists.setdefault(noun, [])


@dataclass
class Settings:
    """What a test may turn: `POST /_test/settings`."""

    fee_basis_points: int = 290
    fee_fixed: int = 30
    dispute_fee: int = 1500
    available_after_s: int = 2 * 24 * 3600
    book_late: bool = False
    arrives_after_s: int = 2 * 24 * 3600
    retry_after_s: float = 0.5
    retries: int = 8


class State:
    """Everything under one API key. Whoever reads or writes holds `lock`."""

    def __init__(self, key: str, document: Document, origin: str) -> None:
        self.key, self.document, self.origin = key, document, origin
        self.lock = threading.RLock()
        self.settings = Settings()
        self.offset_s = 0
        self.by_id: dict[str, Json] = {}
        self.platform = Book(identifier("account"))
        self.books: dict[str, Book] = {self.platform.account: self.platform}
        self.accounts: list[Json] = []
        self.links: dict[str, Json] = {}
        self.answers = Answers()
        self.faults: list[Fault] = []
        self.request: Json | None = None
        self.spoiled: dict[str, Json] = {}
        self.next_refund: list[str] = []
        self.new_events: list[tuple[Book, Json]] = []
        self.changed = False

    def now(self) -> int:
        """Seconds since 1970, as far ahead of the real clock as a test has asked for."""
        return int(time.time()) + self.offset_s

    def new(self, book: Book, noun: str, keep: tuple[str, ...] = (), **values: Any) -> Json:
        """Make an object and remember it."""
        made = self.document.blank(noun, keep)
        made |= {"id": identifier(noun), "object": noun, "created": self.now()}
        if "livemode" in made:
            made["livemode"] = False
        if book is not self.platform:
            made["_account"] = book.account
        made |= values
        self.by_id[made["id"]] = made
        book.of(noun).append(made)
        return made

    def find(self, book: Book, noun: str, reference: str, param: str = "id") -> Json:
        """An object of this account. Raises the 404 `resource_missing`."""
        found = self.by_id.get(reference)
        if found is None or found["object"] != noun or self.owner(found) is not book:
            raise missing(noun, reference, param)
        return found

    def owner(self, thing: Json) -> Book:
        """The book that an object lies in."""
        owner: str = thing.get("_account", self.platform.account)
        return self.books[owner]


def identifier(noun: str, prefix: str = "") -> str:
    """A new name, as long as Stripe's."""
    return f"{prefix or PREFIXES[noun]}_{secrets.token_hex(12)}"


def plain(value: Any) -> Any:
    """A copy as the outside may see it, without what is ours (`_names`)."""
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items() if name[0] != "_"}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return value
