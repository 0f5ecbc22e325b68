"""How tests learn where the servers are."""

import pytest

from tests import servers


class TestAddresses:
    @pytest.fixture(autouse=True)
    def _given_before(self) -> None:
        self.given = dict(servers._given)

    def test_are_put_aside_from_the_settings_and_still_reach_workers(self) -> None:
        environ = {"STRIPE_API": "http://127.0.0.1:1", "PATH": "/bin"}
        try:
            servers.take_from(environ)
            assert "STRIPE_API" not in environ
            servers._given.clear()
            servers.take_from(environ)
            assert servers.address("STRIPE_API") == "http://127.0.0.1:1"
        finally:
            servers._given.clear()
            servers._given.update(self.given)

    def test_fail_in_words_when_a_server_is_missing(self) -> None:
        with pytest.raises(LookupError, match="make test"):
            servers.address("S3_NOWHERE")
