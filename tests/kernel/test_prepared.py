from collections.abc import Callable
from contextlib import suppress
from gc import collect
from typing import Any
from weakref import ref

import pytest
from django.db import DataError, connection, transaction
from django.test.utils import CaptureQueriesContext

from stockcoop.kernel import prepared

SUM = "SELECT %(a)s::int + %(b)s::int"


@pytest.mark.django_db
class TestOne:
    def test_is_the_first_row_and_none_where_there_is_none(self) -> None:
        assert prepared.one(SUM, {"a": 1, "b": 2}) == (3,)
        assert prepared.one("SELECT %(a)s::int WHERE false", {"a": 1}) is None

    def test_decodes_json(self) -> None:
        assert prepared.one("SELECT json_build_object('a', %(a)s::int)", {"a": 1}) == ({"a": 1},)

    def test_raises_what_models_raise(self) -> None:
        with pytest.raises(DataError), transaction.atomic():
            prepared.one("SELECT 1 / %(a)s::int", {"a": 0})
        assert prepared.one(SUM, {"a": 1, "b": 2}) == (3,)

    def test_asks_nothing_in_a_transaction_that_is_broken(self) -> None:
        with suppress(ValueError), transaction.atomic():
            with suppress(ValueError), transaction.atomic(savepoint=False):
                raise ValueError
            with pytest.raises(transaction.TransactionManagementError):
                prepared.one(SUM, {"a": 1, "b": 2})
            raise ValueError

    def test_is_seen_by_who_counts_queries_and_by_who_wraps_them(self) -> None:
        seen: list[str] = []

        def wrapper(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
            seen.append(sql)
            return execute(sql, *rest)

        with CaptureQueriesContext(connection) as counted:
            prepared.one(SUM, {"a": 1, "b": 2})
        assert len(counted) == 1
        with connection.execute_wrapper(wrapper):
            prepared.one(SUM, {"a": 1, "b": 2})
        assert seen == [SUM]


@pytest.mark.django_db(transaction=True)
def test_a_connection_made_anew_is_used_and_the_former_not_kept() -> None:
    prepared.one(SUM, {"a": 1, "b": 2})
    former = ref(connection.connection)
    connection.close()
    assert prepared.one(SUM, {"a": 1, "b": 3}) == (4,)
    collect()  # connections and what they called may lie in a ring
    assert former() is None
