"""Form-encoded bodies and queries with nested keys, as Stripe takes them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from services.stripe.errors import invalid, not_modelled

Json = dict[str, Any]
Pairs = list[tuple[str, str]]

_PART = re.compile(r"[^\[\]]+|\[\]")
_INDEX = re.compile(r"\[\d*\]")


def pairs(text: str) -> Pairs:
    """The fields of a form in order, undecoded names and all."""
    return parse_qsl(text, keep_blank_values=True)


def nested(fields: Pairs) -> Json:
    """`a[b][0]=c` as {"a": {"b": ["c"]}}."""
    tree: Json = {}
    for name, value in fields:
        parts = _PART.findall(name)
        at = tree
        for part in parts[:-1]:
            at = at.setdefault(_step(at, part), {})
            if not isinstance(at, dict):
                raise invalid(f"Invalid hash: {name}", param=name)
        if parts:
            at[_step(at, parts[-1])] = value
    return {name: _lists(name, value) for name, value in tree.items()}


def refuse_unmodelled(fields: Pairs, modelled: Iterable[str]) -> None:
    """Raise the 501 for a field that is not in `modelled`; a name stands for all below it."""
    known = {*modelled, "expand"}
    for name, _value in fields:
        parts = _INDEX.sub("[]", name).replace("[", " [").split(" ")
        heads = {"".join(parts[: n + 1]) for n in range(len(parts))}
        if not heads & known:
            raise not_modelled(f"the parameter {name}")


def whole(params: Mapping[str, Any], name: str) -> int | None:
    """A whole number, None when it is not given."""
    if name not in params:
        return None
    try:
        return int(params[name])
    except (TypeError, ValueError):
        raise invalid(f"Invalid integer: {params[name]}", param=name) from None


def positive(params: Mapping[str, Any], name: str) -> int | None:
    """An amount above nothing, None when it is not given."""
    number = whole(params, name)
    if number is not None and number < 1:
        raise invalid(
            "This value must be greater than or equal to 1.",
            code="parameter_invalid_integer",
            param=name,
        )
    return number


def table(params: Mapping[str, Any], name: str) -> Json:
    """What is below a name, {} when nothing is."""
    found = params.get(name, {})
    if not isinstance(found, dict):
        raise invalid("Invalid object", param=name)
    return found


def yes(params: Mapping[str, Any], name: str) -> bool:
    """Whether a switch is given as true."""
    return str(params.get(name, "")).lower() == "true"


def address(params: Mapping[str, Any], name: str) -> str | None:
    """An address of the web, None when it is not given."""
    text = params.get(name)
    if text is None:
        return None
    parts = urlsplit(str(text))
    if parts.scheme not in {"http", "https"} or not parts.hostname or not str(text).isprintable():
        raise invalid("Not a valid URL", code="url_invalid", param=name)
    return str(text)


def metadata(params: Mapping[str, Any], before: Mapping[str, str] | None = None) -> dict[str, str]:
    """What is there after an update: given keys replace, an empty value takes a key away."""
    if params.get("metadata") == "":
        return {}
    after = {**(before or {}), **table(params, "metadata")}
    if not all(isinstance(value, str) for value in after.values()):
        raise invalid("Metadata values are texts.", param="metadata")
    for key, value in after.items():
        if len(key) > 40 or len(value) > 500:
            raise invalid("Metadata keys have 40 characters, values 500.", param="metadata")
    after = {key: value for key, value in after.items() if value != ""}
    if len(after) > 50:
        raise invalid("You can have up to 50 metadata keys.", param="metadata")
    return after


def _step(at: Json, part: str) -> str:
    return str(len(at)) if part == "[]" else part


def _lists(name: str, value: Any) -> Any:
    """Tables with numbered entries as lists; but metadata may be called as one likes."""
    if not isinstance(value, dict) or name == "metadata":
        return value
    parts = {name: _lists(name, inner) for name, inner in value.items()}
    if parts and all(name.isdigit() for name in parts):
        return [parts[name] for name in sorted(parts, key=int)]
    return parts
