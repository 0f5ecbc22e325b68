"""What the stand-in answers instead of an object: Stripe's error bodies, and our own 501."""

from __future__ import annotations

from typing import Any


class StripeError(Exception):
    """An answer with Stripe's error body. `more` are further fields of it: code, param, ..."""

    def __init__(self, status: int, kind: str, message: str, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"error": {"type": kind, "message": message, **more}}


def invalid(message: str, *, status: int = 400, **more: Any) -> StripeError:
    """The caller asked for what cannot be."""
    return StripeError(status, "invalid_request_error", message, **more)


def missing(noun: str, reference: str, param: str) -> StripeError:
    """There is no such object under this key and account."""
    return invalid(
        f"No such {noun}: '{reference}'", status=404, code="resource_missing", param=param
    )


def not_modelled(what: str) -> StripeError:
    """Stripe may well do this; the stand-in does not pretend to."""
    return StripeError(501, "api_error", f"The stand-in does not model {what}.")


def broken(message: str) -> StripeError:
    """The stand-in itself is wrong; say so loudly."""
    return StripeError(500, "api_error", message)
