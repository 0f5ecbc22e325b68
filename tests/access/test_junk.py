"""Junk in every parameter, field, file and header of every route: a clear no, never a 500.

Tried on addresses that lead to nothing and on rows that are there, by somebody who holds every
office and owns the rows.
"""

import json
import tomllib
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from members.models import User
from members.rules.roles import Role
from royalties.services import runs
from stockcoop.env import ROOT
from stockcoop.packages import PACKAGES, offering
from tests import make
from tests.access.routes import Route, all_routes
from tests.access.test_ownership import OWNED
from tests.make import payouts
from tests.make.ledger import NOON
from tests.make.surplus import IN_YEAR, NEW_YEAR

JUNK = (
    *("", " ", "\x00", "a\x00b", "\x1b[31m", "\u202eexe.jpg", "💥" * 1000, "x" * 20_000),
    *("0", "-1", "9" * 400, "1e400", "NaN", "-Infinity", "²", "٣", "1_000", "2147483648", "0x10"),
    *("9223372036854775808", "2026-13-45", "0001-01-01", "9999-12-31T23:59:60Z", "2026-02"),
    *("'; DROP TABLE members_user; --", "<script>alert(1)</script>", "{{ 7*7 }}", "%s%n%x", "$$"),
    *("../../../../etc/passwd", "http://[::1", "javascript:alert(1)", "//evil.example", "\\\\x"),
    *("00000000-0000-4000-8000-000000000000", "null", "[]", '{"a": 1}', "=cmd|' /C calc'!A0"),
)
BODIES = (
    *(b"", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 100_000, b"null", b"{}", b"0", b'"x"'),
    b'{"digests": ' + b"[" * 500 + b"]" * 500 + b"}",
    json.dumps({"name": "a", "media_type": "image/jpeg", "size": 10**30, "digests": []}).encode(),
    json.dumps({"name": "\x00", "media_type": {}, "size": "1e9", "digests": [None]}).encode(),
    b'{"name": "a", "size": 1e999, "digests": ["' + b"0" * 64 + b'"]}',
    b'{"name": "\\ud800", "media_type": "\\u0000", "size": 1, "digests": {"a": "b"}}',
)
HEADERS: tuple[dict[str, str], ...] = (
    {"range": "bytes=" + "9" * 5000 + "-"},
    {"if-modified-since": "yesterday", "if-none-match": "W/\x7f", "accept": "\xff/*;q=x"},
    {"hx-request": "true", "hx-target": "x" * 5000, "accept": "application/json"},
    {"content-length": "-1", "x-forwarded-for": "\x01", "referer": "http://[::1"},
)
# What views read without a form.
_BARE = ("q", "page", "class", "state", "version", "number", "work", "id", "submit", "then", "end")
_CHOICES = ("kind", "size", "add_on.seats", "add_on.", "sort", "artist", "colour", "next", "year")


def _field_names() -> list[str]:
    """Every field of every form of ours, and the names that views read themselves."""
    waiting: list[type[forms.BaseForm]] = [forms.BaseForm]
    names = set(_BARE) | set(_CHOICES)
    while waiting:
        form = waiting.pop()
        waiting += form.__subclasses__()
        if form.__module__.split(".")[0] in PACKAGES:
            names |= set(getattr(form, "base_fields", ()))
    return sorted(names)


def _somebody() -> User:
    """Somebody who may do everything."""
    person = make.artist()
    for role in (Role.EDITOR, Role.BOARD, Role.TREASURER):
        make.office(role, person)
    return User.objects.get(pk=person.pk)


def _common_rows() -> dict[str, dict[str, Any]]:
    """Rows that those with an office see, by the routes that take them."""
    earner = payouts.earning()
    make.sale(at=IN_YEAR)
    close = make.closed_year()
    plan = make.distribution_plan(close)
    proposal = make.distribution_vote([plan], at=NEW_YEAR).proposal
    run = runs.propose(proposed_by=earner, at=NOON)
    taking: list[tuple[dict[str, Any], str]] = [
        ({"uuid": proposal.uuid}, "governance:cast governance:proposal"),
        ({"uuid": make.submitted_work().uuid}, "media:review media:publish media:send_back"),
        ({"uuid": make.submitted_work().uuid}, "media:decline media:undo"),
        ({"uuid": make.work_on_sale().uuid}, "licensing:work licensing:cart_add search:similar"),
        ({"uuid": make.work_on_sale().uuid}, "licensing:enquire licensing:comp"),
        ({"uuid": make.enquiry(at=NOON).uuid}, "licensing:treasury_quote licensing:decline_quote"),
        ({"uuid": make.custom_quote().enquiry.uuid}, "licensing:withdraw_quote"),
        ({"pk": make.application().pk}, "members:admit members:application members:decline"),
        ({"pk": run.pk}, "royalties:payout_run royalties:approve_payouts"),
        ({"year": close.year}, "royalties:surplus_year royalties:surplus_vote"),
        ({"year": close.year}, "royalties:surplus_plans"),
        ({"year": close.year, "number": plan.number}, "royalties:surplus_plan"),
        ({"code": f"member:{earner.pk}"}, "royalties:account"),
        ({"handle": earner.handle}, "search:artist"),
    ]
    return {name: kwargs for kwargs, names in taking for name in names.split()}


def _addresses(route: Route, rows: dict[str, dict[str, Any]]) -> Iterator[str]:
    yield route.nobodys()
    if route.name in rows:
        yield reverse(route.name, kwargs=rows[route.name])


def _answers(client: Client, method: str, address: str, **request: Any) -> None:
    """Ask, see that no 5xx comes (an exception passes through the client), and undo it."""
    with transaction.atomic():
        response = getattr(client, method)(address, **request)
        # Reading to the end closes what is streamed; a close of ours would end the connection too.
        response.getvalue()
        transaction.set_rollback(True)
    assert response.status_code < 500 or response.status_code == 503, (method, address, request)


@pytest.fixture
def rows(client: Client) -> dict[str, dict[str, Any]]:
    """Real rows by route; the client is signed in as somebody who may do everything."""
    person, common = _somebody(), _common_rows()
    data = tomllib.loads((ROOT / "stockcoop" / "coop.toml").read_text(encoding="utf-8"))
    for module in offering("services.establish"):
        module.establish(data, make.LONG_AGO)
    client.force_login(person)
    return common


@pytest.mark.django_db
class TestJunk:
    def test_in_every_query_and_field(
        self, client: Client, rows: dict[str, dict[str, Any]]
    ) -> None:
        names = _field_names()
        for route in all_routes():
            for address in _addresses(route, rows):
                for junk in JUNK:
                    fields = dict.fromkeys(names, junk)
                    _answers(client, "post", address, data=fields)
                    query = urlencode(dict.fromkeys(names, junk[:100]))
                    _answers(client, "get", f"{address}?{query}")

    def test_in_every_body_and_header(
        self, client: Client, rows: dict[str, dict[str, Any]]
    ) -> None:
        for route in all_routes():
            for address in _addresses(route, rows):
                for body in BODIES:
                    kind = "application/json"
                    _answers(client, "post", address, data=body, content_type=kind)
                _answers(client, "put", address, data=b"x", content_type="text/plain")
                for headers in HEADERS:
                    _answers(client, "get", address, headers=headers)

    def test_in_every_file(self, client: Client, rows: dict[str, dict[str, Any]]) -> None:
        for route in all_routes():
            for address in _addresses(route, rows):
                for body in (b"", b"\xff\xd8\xff" + b"\x00" * 100, b"GIF89a", b"<svg/>"):
                    files = {
                        name: SimpleUploadedFile("\x00/../a.jpg", body, "image/jpeg")
                        for name in ("file", "images", "image", "certificate")
                    }
                    _answers(client, "post", address, data=files)


@pytest.mark.django_db
@pytest.mark.parametrize("name", OWNED)
def test_junk_for_ones_own_rows_is_refused_too(client: Client, name: str) -> None:
    owner, kwargs = OWNED[name]()
    client.force_login(owner)
    address = reverse(name, kwargs=kwargs)
    for junk in JUNK:
        _answers(client, "post", address, data=dict.fromkeys(_field_names(), junk))
        _answers(client, "get", f"{address}?{urlencode(dict.fromkeys(_field_names(), junk[:100]))}")
