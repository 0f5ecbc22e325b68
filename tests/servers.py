"""The servers that `python -m services` started around the tests: `address("S3_ENDPOINT")`.

A test that needs one fails without it; none is skipped.
"""

from collections.abc import MutableMapping

_PREFIXES = ("S3_", "ELASTICSEARCH_", "STRIPE_", "TOXIPROXY_")
_given: dict[str, str] = {}


def take_from(environ: MutableMapping[str, str]) -> None:
    """Move the servers' variables out of `environ`, so that settings do not see them."""
    for name in [name for name in environ if name.startswith(_PREFIXES)]:
        _given[name] = environ.pop(name)


def address(name: str) -> str:
    """The value of one variable. Raises LookupError in words when the server is not there."""
    if name not in _given:
        raise LookupError(f"{name} is not set. Run the tests by make test, or after make services.")
    return _given[name]
