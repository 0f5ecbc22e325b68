"""Stripe's own OpenAPI document: empty objects of each kind, and what an answer must look like.

The document and the fixtures lie in stripe-mock's Go module, so both sides read the same one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from openapi_schema_validator import OAS31Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from services.stripe.errors import broken
from services.stripe.forms import Json

_AT = "urn:stripe"
Shape = Any


class Document:
    """The document, read once; validators are compiled once per schema.

    An answer of a shape that passed before is not validated again: same keys, same types, same
    words. Texts with a digit or over 40 characters count as text of that length.
    """

    def __init__(self, folder: Path) -> None:
        whole = json.loads((folder / "spec3.json").read_text())
        self.version: str = whole["info"]["version"]
        self.operations = _operations(whole)
        self._schemas: Json = whole["components"]["schemas"]
        self._fixtures: Json = json.loads((folder / "fixtures3.json").read_text())["resources"]
        _make_strict(self._schemas)
        resource = Resource.from_contents(
            {"components": {"schemas": self._schemas}}, default_specification=DRAFT202012
        )
        self._registry: Registry[Any] = Registry().with_resource(_AT, resource)
        self._validators: dict[str, OAS31Validator] = {}
        self._passed: set[tuple[str, Shape]] = set()

    def blank(self, noun: str, keep: tuple[str, ...] = ()) -> Json:
        """An object with nothing in it: null where that may be, else what the fixture has.

        Properties that may be absent are, but for those of the fixture in `keep`.
        """
        schema, fixture = self._schemas[noun], self._fixtures.get(noun, {})
        made: Json = {}
        for name, inner in schema["properties"].items():
            if name in keep:
                made[name] = fixture[name]
            elif {"type": "null"} in inner.get("anyOf", ()):
                made[name] = None
            elif name in schema.get("required", ()) or name == "metadata":
                made[name] = fixture.get(name, {})
        text = json.dumps(made)
        copy: Json = json.loads(text)
        return copy

    def is_expandable(self, noun: str, name: str) -> bool:
        """Whether an object may carry another in this property."""
        return name in self._schemas.get(noun, {}).get("x-expandableFields", ())

    def check(self, noun: str, value: Json) -> None:
        """Raise a loud 500 when an object is not as the document says."""
        self._check(noun, {"$ref": f"{_AT}#/components/schemas/{noun}"}, value)

    def check_answer(self, method: str, template: str, value: Json) -> None:
        """Raise a loud 500 when the answer to a request is not as the document says."""
        self._check(f"{method} {template}", self.operations[method, template], value)

    def _check(self, name: str, schema: Json, value: Json) -> None:
        shape = (name, _shape(value))
        if shape in self._passed:
            return
        if name not in self._validators:
            self._validators[name] = OAS31Validator(_rooted(schema), registry=self._registry)
        for fault in self._validators[name].iter_errors(value):
            where = ".".join(str(part) for part in fault.absolute_path)
            raise broken(
                f"The stand-in breaks Stripe's schema of {name} at {where}: {_deep(fault)}"
            )
        self._passed.add(shape)


def _operations(whole: Json) -> dict[tuple[str, str], Json]:
    found = {}
    for template, methods in whole["paths"].items():
        for method, operation in methods.items():
            content = operation["responses"].get("200", {}).get("content", {})
            if "application/json" in content:
                schema = content["application/json"]["schema"]
                _make_strict(schema)
                found[method.upper(), template] = schema
    return found


def _make_strict(node: Any) -> None:
    """Say null as JSON schema does, and let no property pass that the document does not name."""
    if isinstance(node, list):
        for part in node:
            _make_strict(part)
    if not isinstance(node, dict):
        return
    for name, part in [*node.items()]:
        if name not in {"enum", "required", "x-expandableFields"}:
            _make_strict(part)
    if node.get("properties") and isinstance(node.get("type"), str):
        node.setdefault("additionalProperties", False)
    if node.pop("nullable", None) is True:
        inner = {name: node.pop(name) for name in [*node] if not name.startswith("x-")}
        node["anyOf"] = [*inner["anyOf"]] if [*inner] == ["anyOf"] else [inner]
        node["anyOf"].append({"type": "null"})


def _rooted(schema: Json) -> Json:
    text = json.dumps(schema).replace('"$ref": "#/', f'"$ref": "{_AT}#/')
    rooted: Json = json.loads(text)
    return rooted


def _deep(fault: Any) -> str:
    """The most telling of the reasons, which lie nested under each `anyOf`."""
    return str(next(_leaves(fault)).message)[:300]


def _leaves(fault: Any) -> Iterator[Any]:
    for inner in sorted(fault.context or (), key=lambda inner: -len(inner.absolute_path)):
        yield from _leaves(inner)
    yield fault


def _shape(value: Any) -> Shape:
    if isinstance(value, dict):
        return tuple((name, _shape(inner)) for name, inner in value.items())
    if isinstance(value, list):
        return ("list", *{_shape(inner) for inner in value})
    if isinstance(value, str):
        plain = len(value) <= 40 and not any(letter.isdigit() for letter in value)
        return value if plain else len(value) // 500
    return type(value).__name__
