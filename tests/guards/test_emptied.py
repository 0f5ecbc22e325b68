"""A test that commits leaves nothing for the next one, in tables without models either."""

import pytest
from django.core.management import call_command
from django.db import connection


@pytest.mark.django_db(transaction=True)
def test_a_database_is_emptied_whole() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO practice_gateway_payment VALUES ('p', 'k', %s, '', 1, 'USD', 'paid')",
            ["0" * 64],
        )
        call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True)
        cursor.execute("SELECT count(*) FROM practice_gateway_payment")
        assert cursor.fetchone() == (0,)
