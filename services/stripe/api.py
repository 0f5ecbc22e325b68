"""The path of a request: key, idempotency, planned faults, stripe-mock, our answer, its check."""

from __future__ import annotations

import base64
import hashlib
import re
import sys
import threading
import time
import traceback
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from services.stripe import forms, routes, webhooks
from services.stripe.call import Call, rendered
from services.stripe.delivery import Post
from services.stripe.document import Document
from services.stripe.errors import StripeError, broken, invalid, not_modelled
from services.stripe.faults import Fault
from services.stripe.forms import Json
from services.stripe.idempotency import Answer
from services.stripe.mock import Mock
from services.stripe.routes import Route
from services.stripe.shelf import Shelf
from services.stripe.state import Book, State, identifier

_KEY = re.compile(r"(sk|rk)_test_\w+")


@dataclass(frozen=True)
class Request:
    """What came in. Header names are as HTTP's own spelling has them: `Idempotency-Key`."""

    method: str
    target: str
    body: bytes
    headers: dict[str, str]
    path: str = field(init=False)
    query: str = field(init=False)

    def __post_init__(self) -> None:
        parts = urlsplit(self.target)
        object.__setattr__(self, "path", parts.path)
        object.__setattr__(self, "query", parts.query)

    @property
    def key(self) -> str:
        """The API key, as bearer or as the user of basic authentication."""
        scheme, _, value = self.headers.get("Authorization", "").partition(" ")
        if scheme == "Basic":
            value = base64.b64decode(value, validate=False).decode(errors="replace")
            value = value.partition(":")[0]
        return value

    @property
    def fields(self) -> forms.Pairs:
        """The query and the form."""
        return forms.pairs(self.query) + forms.pairs(self.body.decode(errors="replace"))


@dataclass(frozen=True)
class Reply:
    """What goes out."""

    status: int
    body: Json
    headers: dict[str, str]


class Lost(Exception):
    """A planned fault: the connection ends without an answer."""


class Api:
    """The API for all keys. `origin` is our own address, for pages."""

    def __init__(
        self, document: Document, mock: Mock, post: Post, origin: str, shelf: Shelf
    ) -> None:
        self.document, self.mock, self.post, self.origin = document, mock, post, origin
        self._shelf = shelf
        self._states = {state.key: state for state in shelf.states(document, origin)}
        self._lock = threading.Lock()
        for state in self._states.values():
            self._send_again(state)

    def state(self, key: str) -> State:
        """What is remembered under a key, which any test key may begin. Raises the 401."""
        if not _KEY.fullmatch(key):
            raise invalid("Invalid API Key provided: it must be a test key, sk_test_…", status=401)
        with self._lock:
            if key not in self._states:
                self._states[key] = State(key, self.document, self.origin)
            return self._states[key]

    def states(self) -> list[State]:
        """All of them, for pages, which come without a key."""
        with self._lock:
            return [*self._states.values()]

    def forget(self, key: str) -> None:
        """Start a key anew."""
        self.post.forget(self.state(key))
        with self._lock:
            del self._states[key]
            self._shelf.forget(key)

    def keep(self, state: State, request: Request) -> None:
        """Have what `request` did outlive this process; before it is answered."""
        with state.lock, self._lock:
            state.changed |= request.method != "GET"
            if state.changed and self._states.get(state.key) is state:
                self._shelf.put(state)
            state.changed = False

    def answer(self, request: Request) -> Reply:
        """The reply to a request below /v1. Raises Lost."""
        headers = {"Request-Id": identifier("", "req"), "Stripe-Version": self.document.version}
        if key := request.headers.get("Idempotency-Key"):
            headers["Idempotency-Key"] = key
        try:
            state = self.state(request.key)
            try:
                answer, replayed = self._once(state, request, headers["Request-Id"])
            finally:
                self.keep(state, request)
        except StripeError as error:
            answer, replayed = Answer(error.status, error.body), False
        if replayed:
            headers["Idempotent-Replayed"] = "true"
        if answer.status == 501:
            headers["Stripe-Should-Retry"] = "false"
        return Reply(answer.status, answer.body, headers)

    def deliver(self, state: State) -> None:
        """Put the events of what just ended on their way. The caller holds the lock."""
        events, state.new_events = state.new_events, []
        state.changed |= bool(events)
        for _book, event in events:
            self.post.send(state, event, webhooks.listeners(state, event))

    def _send_again(self, state: State) -> None:
        """Put events on their way that had not been taken everywhere when the process ended."""
        for book in state.books.values():
            for event in book.of("event"):
                if event["pending_webhooks"]:
                    event["pending_webhooks"] = 0
                    self.post.send(state, event, webhooks.listeners(state, event))

    def _once(self, state: State, request: Request, request_id: str) -> tuple[Answer, bool]:
        key = request.headers.get("Idempotency-Key") if request.method == "POST" else None
        if key is None:
            return self._try(state, request, request_id, None), False
        with state.lock:
            stored = state.answers.begin(key, _fingerprint(request), state.now())
        if stored is not None:
            return stored, True
        try:
            return self._try(state, request, request_id, key), False
        except Lost:
            raise
        except BaseException:
            state.answers.end(key, None)
            raise

    def _try(self, state: State, request: Request, request_id: str, key: str | None) -> Answer:
        """Answer for the first time. What is refused before it is begun leaves no key behind."""
        route, call = self._call(state, request)
        with state.lock:
            fault = next((f for f in state.faults if f.strikes(request.method, request.path)), None)
        how = fault.how if fault else ""
        if fault and how == "slow":
            time.sleep(fault.seconds)
        if how == "lost-before":
            if key is not None:
                state.answers.end(key, None)
            raise Lost
        with state.lock:
            state.request = {"id": request_id, "idempotency_key": key}
            answer = _FAILED if how == "500-before" else self._do(route, call)
            answer = _FAILED if how == "500-after" else answer
            if key is not None:
                state.answers.end(key, answer if _stays(fault) else None)
            state.request = None
        if how == "lost-after":
            raise Lost
        return answer

    def _call(self, state: State, request: Request) -> tuple[Route, Call]:
        """What is asked for. Raises what Stripe's document refuses, and the 501s."""
        if request.path.startswith("/v2/"):
            raise not_modelled(f"{request.method} {request.path}")
        self.mock.refuse_invalid(request.method, request.target, request.body, request.headers)
        found = routes.find(request.method, request.path)
        if found is None:
            raise not_modelled(f"{request.method} {request.path}")
        route, ids = found
        forms.refuse_unmodelled(request.fields, route.params)
        params = forms.nested(request.fields)
        account = request.headers.get("Stripe-Account")
        if account and not route.connected:
            raise not_modelled(f"{request.method} {request.path} for a connected account")
        return route, Call(state, _book(state, account), request.path, ids, params)

    def _do(self, route: Route, call: Call) -> Answer:
        try:
            shown = rendered(call, route.answer(call))
            shown |= call.state.spoiled.pop(shown.get("object", ""), {})
            self.document.check_answer(route.method, route.template, shown)
            return Answer(200, shown)
        except StripeError as error:
            if error.status == 500:
                print(error, file=sys.stderr, flush=True)
            else:
                self.document.check("error", error.body)
            return Answer(error.status, error.body)
        except Exception as error:
            # The caller shall hear of it, whatever it is.
            traceback.print_exc()
            fault = broken(f"The stand-in fell over: {type(error).__name__}: {error}")
            return Answer(500, fault.body)
        finally:
            self.deliver(call.state)


_FAILED = Answer(500, broken("An unknown error occurred").body)


def _stays(fault: Fault | None) -> bool:
    return fault is None or fault.stored or not fault.how.startswith("500")


def _fingerprint(request: Request) -> str:
    account = request.headers.get("Stripe-Account", "")
    text = f"{request.method} {request.target} {account} ".encode() + request.body
    return hashlib.sha256(text).hexdigest()


def _book(state: State, account: str | None) -> Book:
    if account is None:
        return state.platform
    if account not in state.books:
        raise invalid(
            f"The provided key does not have access to account '{account}' (or that account does"
            " not exist). Application access may have been revoked.",
            status=403,
            code="account_invalid",
        )
    return state.books[account]
