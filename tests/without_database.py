"""A pytest plugin (`-p tests.without_database`): only the tests that ask for no database."""

import pytest
from django.test import TransactionTestCase

_ASKS = {"db", "transactional_db", "live_server"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect what pytest-django would set the database up for."""
    config.hook.pytest_deselected(items=[item for item in items if _asks(item)])
    items[:] = [item for item in items if not _asks(item)]


def _asks(item: pytest.Item) -> bool:
    case = getattr(item, "cls", None)
    return (
        bool(_ASKS.intersection(getattr(item, "fixturenames", ())))
        or item.get_closest_marker("django_db") is not None
        or (case is not None and issubclass(case, TransactionTestCase))
    )
