"""A request to a hook, as those who act on it see it."""

from __future__ import annotations

from services.stripe.api import Api
from services.stripe.errors import missing
from services.stripe.forms import Json
from services.stripe.state import Book, State


class Hook:
    """A request to a hook: whose state, the id in its path, the body."""

    def __init__(self, api: Api, state: State, name: str, body: Json) -> None:
        self.api, self.state, self.name, self.body = api, state, name, body

    @property
    def thing(self) -> Json:
        """The object that the path names."""
        if self.name not in self.state.by_id:
            raise missing("object", self.name, "id")
        return self.state.by_id[self.name]

    @property
    def book(self) -> Book:
        """The book of that object."""
        return self.state.owner(self.thing)
