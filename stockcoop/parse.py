"""What the text of a variable may be. Each raises ValueError with what is expected instead."""

from collections.abc import Callable
from pathlib import Path
from re import fullmatch
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

_SHORTEST_SECRET = 32
_YES = {"1", "true", "yes"}


def flag(text: str) -> bool:
    """1, true or yes; 0, false or no."""
    if text.lower() not in {*_YES, "0", "false", "no"}:
        raise ValueError("say 1 or 0")
    return text.lower() in _YES


def secret(text: str) -> str:
    """A text that cannot be guessed."""
    if len(text) < _SHORTEST_SECRET:
        raise ValueError(f"it needs at least {_SHORTEST_SECRET} characters")
    return text


def words(text: str) -> tuple[str, ...]:
    """Words between commas; empty ones are left out."""
    return tuple(word.strip() for word in text.split(",") if word.strip())


def time_zone(text: str) -> str:
    """The name of a time zone."""
    try:
        return ZoneInfo(text).key
    except (KeyError, OSError):
        raise ValueError("no such time zone") from None


def currency(text: str) -> str:
    """A code of ISO 4217 by its form."""
    if not fullmatch("[A-Z]{3}", text):
        raise ValueError("three capital letters, as in USD")
    return text


def pem(text: str) -> str:
    """What a file holds: certificates, or a key."""
    try:
        content = Path(text).read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        raise ValueError("the path of a file that can be read") from None
    if "-----BEGIN " not in content:
        raise ValueError("the path of a file in the form of PEM")
    return content


def base_url(text: str) -> str:
    """An address without the slash at its end."""
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise ValueError("an address as in https://photos.example")
    return text.rstrip("/")


def percent(text: str) -> int:
    """1 to 100."""
    if (value := count(text)) > 100:
        raise ValueError("a whole number up to 100")
    return value


def file(text: str) -> Path:
    """The path of a file that is there."""
    if not (path := Path(text)).is_file():
        raise ValueError("no such file")
    return path


def count(text: str) -> int:
    """A whole number above 0."""
    if not text.isdecimal() or int(text) == 0:
        raise ValueError("a whole number above 0")
    return int(text)


def one_of(*words: str) -> Callable[[str], str]:
    """A reader that takes one of `words`."""

    def parse(text: str) -> str:
        if text not in words:
            raise ValueError(" or ".join(words))
        return text

    return parse


def index_name(text: str) -> str:
    """A name that Elasticsearch takes."""
    if not fullmatch("[a-z0-9][a-z0-9_-]{0,99}", text):
        raise ValueError("small letters, digits, - and _")
    return text


def bucket(text: str) -> str:
    """A name that S3 takes."""
    if not fullmatch("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", text):
        raise ValueError("3 to 63 small letters, digits, - and .")
    return text


def email_url(text: str) -> str:
    """Where mails go."""
    if urlsplit(text).scheme not in {"console", "file", "smtp", "smtps"}:
        raise ValueError("console:, file:///folder, smtp://… or smtps://…")
    return text
