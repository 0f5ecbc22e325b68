"""One request to the API, as those who answer it see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.stripe.errors import invalid, missing, not_modelled
from services.stripe.forms import Json
from services.stripe.state import Book, State, plain


@dataclass(frozen=True)
class Call:
    """`ids` are what stands in the path's braces, `params` the decoded query or body."""

    state: State
    book: Book
    path: str
    ids: tuple[str, ...]
    params: Json

    def find(self, noun: str, reference: str, param: str = "id") -> Json:
        """An object of the account that the request acts for."""
        return self.state.find(self.book, noun, reference, param)

    def account(self, reference: str, param: str = "account") -> Json:
        """A connected account."""
        found = self.state.by_id.get(reference)
        if found is None or found["object"] != "account":
            raise missing("account", reference, param)
        return found


def rendered(call: Call, answer: Json) -> Json:
    """The answer as it goes out, with what the request asks to be expanded."""
    shown: Json = plain(answer)
    paths = call.params.get("expand", [])
    if not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
        raise invalid("Invalid array", param="expand")
    for path in paths:
        _expand(call.state, answer, shown, path.split("."), path)
    return shown


def _expand(state: State, original: Any, shown: Any, parts: list[str], path: str) -> None:
    head, rest = parts[0], parts[1:]
    if shown.get("object") == "list" and head == "data":
        for before, after in zip(original["data"], shown["data"], strict=True):
            if rest:
                _expand(state, before, after, rest, path)
        return
    inner = original.get(f"_{head}", original.get(head))
    if not state.document.is_expandable(shown.get("object", ""), head):
        raise invalid(f"This property cannot be expanded ({path}).")
    if isinstance(inner, str):
        found = state.by_id.get(inner)
        if found is None:
            raise not_modelled(f"the expansion of {path}")
        inner = found
    if inner is not None:
        shown[head] = plain(inner)
        if rest:
            _expand(state, inner, shown[head], rest, path)
    elif head not in shown:
        raise not_modelled(f"the expansion of {path}")
