"""stripe-mock behind us: it refuses the requests that Stripe's own document refuses."""

from __future__ import annotations

import json
import re
import threading
from http.client import HTTPConnection, HTTPException

from services.stripe.errors import StripeError, broken, invalid

_ADDRESS = re.compile(r"(Request validation error: )?validator 0x[0-9a-f]+ failed: ")
_PARAM = re.compile(r"object property '([^']+)'")
_SENT = ("Authorization", "Content-Type")


def _without_expand(form: str) -> str:
    """The fields that are stripe-mock's to judge: at an expansion unknown to it, it falls over."""
    return "&".join(field for field in form.split("&") if not field.startswith("expand"))


class Mock:
    """A connection to stripe-mock for each thread, kept open."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._own = threading.local()

    def refuse_invalid(
        self, method: str, target: str, body: bytes, headers: dict[str, str]
    ) -> None:
        """Raise what Stripe would answer a request that is not as its document says."""
        sent = {name: headers[name] for name in _SENT if name in headers}
        path, _, query = target.partition("?")
        query, form = _without_expand(query), _without_expand(body.decode(errors="replace"))
        status, text = self._ask(method, f"{path}?{query}", form.encode(), sent)
        if status == 200:
            return
        error = json.loads(text)["error"]
        message = _ADDRESS.sub("", error["message"])
        if status >= 500:
            raise broken(f"stripe-mock: {message}")
        if param := _PARAM.search(message):
            raise invalid(message, status=status, param=param[1])
        raise StripeError(status, error["type"], message)

    def _ask(
        self, method: str, target: str, body: bytes, headers: dict[str, str]
    ) -> tuple[int, bytes]:
        for last in (False, True):
            connection = self._connection()
            try:
                connection.request(method, target, body or None, headers)
                response = connection.getresponse()
                return response.status, response.read()
            except (OSError, HTTPException):
                # It closes connections that were idle; a new one must do.
                connection.close()
                del self._own.connection
                if last:
                    raise
        raise AssertionError("unreachable")

    def _connection(self) -> HTTPConnection:
        if not hasattr(self._own, "connection"):
            self._own.connection = HTTPConnection("127.0.0.1", self._port, timeout=30)
        connection: HTTPConnection = self._own.connection
        return connection
