"""What is kept from one run to the next: the state of each key, in a file of its own.

Kept are objects, balances, idempotency keys, settings and the clock; forgotten are planned faults
and what webhooks are held. An event that was on its way is sent again, as Stripe might.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from services.stripe.balance import Funds
from services.stripe.document import Document
from services.stripe.forms import Json
from services.stripe.idempotency import Answers
from services.stripe.state import Book, Settings, State


class Shelf:
    """A folder of states; without one, nothing is kept."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        if folder:
            folder.mkdir(parents=True, exist_ok=True)

    def put(self, state: State) -> None:
        """Keep `state` as it is now, whole: a crash leaves the one before. Its lock is held."""
        if not self._folder:
            return
        file = self._file(state.key)
        part = file.with_suffix(".part")
        part.write_text(json.dumps(_written(state)))
        part.replace(file)

    def forget(self, key: str) -> None:
        """Keep nothing of `key`."""
        if self._folder:
            self._file(key).unlink(missing_ok=True)

    def states(self, document: Document, origin: str) -> Iterator[State]:
        """Every state that was kept."""
        for file in sorted(self._folder.glob("*.json")) if self._folder else []:
            yield _read(json.loads(file.read_text()), document, origin)

    def _file(self, key: str) -> Path:
        assert self._folder
        return self._folder / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.json"


def _written(state: State) -> Json:
    return {
        "key": state.key,
        "settings": asdict(state.settings),
        "offset_s": state.offset_s,
        "platform": state.platform.account,
        "books": [
            {"account": book.account, "lists": book.lists, "funds": book.funds.written()}
            for book in state.books.values()
        ],
        "accounts": [account["id"] for account in state.accounts],
        "links": state.links,
        "answers": state.answers.written(),
    }


def _read(kept: Json, document: Document, origin: str) -> State:
    """The state that was written. An object is one again, in whatever places it is known."""
    state = State(kept["key"], document, origin)
    state.settings = Settings(**kept["settings"])
    state.offset_s = kept["offset_s"]
    state.books = {
        book["account"]: Book(book["account"], book["lists"], Funds.read(book["funds"]))
        for book in kept["books"]
    }
    state.platform = state.books[kept["platform"]]
    for book in state.books.values():
        for things in book.lists.values():
            state.by_id |= {thing["id"]: thing for thing in things}
    state.accounts = [state.by_id[name] for name in kept["accounts"]]
    state.links = kept["links"]
    state.answers = Answers.read(kept["answers"])
    for session in state.platform.of("checkout.session"):
        if session["url"]:
            session["url"] = f"{origin}/checkout/{session['id']}"
    return state
