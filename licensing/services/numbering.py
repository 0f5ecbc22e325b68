"""New numbers for orders and licences."""

import secrets

from licensing.rules import numbers


def new() -> str:
    """A number nobody can guess, so that a licence can be looked up by it in public."""
    return numbers.compose(secrets.choice)
