"""Idempotency keys: the first answer again, whatever it was, for 24 hours."""

from __future__ import annotations

from dataclasses import dataclass

from services.stripe.errors import StripeError, invalid
from services.stripe.forms import Json

KEPT_S = 24 * 3600


@dataclass(frozen=True, slots=True)
class Answer:
    """What went out: the status and the body."""

    status: int
    body: Json


@dataclass
class _Kept:
    request: str
    at: int
    answer: Answer | None = None


class Answers:
    """The stored answers of one API key, by idempotency key."""

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}

    @classmethod
    def read(cls, kept: Json) -> Answers:
        """The answers that were `written`."""
        answers = cls()
        answers._kept = {
            key: _Kept(request, at, Answer(status, body))
            for key, (request, at, status, body) in kept.items()
        }
        return answers

    def written(self) -> Json:
        """What is stored, as JSON has it. A key in use has no answer yet, and so is free again."""
        return {
            key: (kept.request, kept.at, kept.answer.status, kept.answer.body)
            for key, kept in self._kept.items()
            if kept.answer is not None
        }

    def begin(self, key: str, request: str, now: int) -> Answer | None:
        """The stored answer; None for a new key, which is in use from now on until `end`.

        Raises 400 `idempotency_error` when the key came with another request, and 409 while the
        first request with it is still being answered.
        """
        kept = self._kept.get(key)
        if kept is None or kept.at + KEPT_S <= now:
            self._kept[key] = _Kept(request, now)
            return None
        if kept.request != request:
            raise StripeError(
                400,
                "idempotency_error",
                "Keys for idempotent requests can only be used with the same parameters they were"
                f" first used with. Try using a key other than '{key}' if you meant to execute a"
                " different request.",
            )
        if kept.answer is None:
            raise invalid(
                "There is currently another in-progress request using this Idempotent Key (that"
                " probably means you submitted twice, and the other request is still going"
                f" through): {key}. Please try again later.",
                status=409,
                code="idempotency_key_in_use",
            )
        return kept.answer

    def end(self, key: str, answer: Answer | None) -> None:
        """Store the answer, or with None forget that the key was used."""
        if answer is None:
            self._kept.pop(key, None)
        elif key in self._kept:
            self._kept[key].answer = answer
