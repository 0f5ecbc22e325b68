"""The servers that `python -m services` started around the tests: `address("S3_ENDPOINT")`.

A test that needs one fails without it; none is skipped.
"""

from collections.abc import MutableMapping

_PREFIXES = ("S3_", "ELASTICSEARCH_", "STRIPE_", "TOXIPROXY_")
_ASIDE = "FOR_TESTS_"
_given: dict[str, str] = {}


def take_from(environ: MutableMapping[str, str]) -> None:
    """Put the servers' variables aside, so that settings do not see them.

    They stay in `environ` under other names: workers start with what their parent leaves there.
    """
    for name in [name for name in environ if name.startswith(_PREFIXES)]:
        environ[_ASIDE + name] = environ.pop(name)
    _given.update(
        (name.removeprefix(_ASIDE), value)
        for name, value in environ.items()
        if name.startswith(_ASIDE)
    )


def address(name: str) -> str:
    """The value of one variable. Raises LookupError in words when the server is not there."""
    if name not in _given:
        raise LookupError(f"{name} is not set. Run the tests by make test, or after make services.")
    return _given[name]
