import re
from pathlib import Path

import pytest

from media.rules.rights import POLICIES
from stockcoop.env import DATA_MINING, BadEnvironment, Database, Env

SECRET = {"SECRET_KEY": "s" * 40}


class TestRead:
    def test_lists_all_faults_together(self) -> None:
        with pytest.raises(BadEnvironment) as caught:
            Env.read({"DEBUG": "maybe", "CURRENCY": "dollars", "TIME_ZONE": "Mars/Olympus"})
        for name in ("DEBUG", "CURRENCY", "TIME_ZONE", "SECRET_KEY"):
            assert name in str(caught.value)

    def test_does_not_repeat_a_secret_in_its_complaint(self) -> None:
        with pytest.raises(BadEnvironment) as caught:
            Env.read({"SECRET_KEY": "hunter2", "DATABASE_URL": "mysql://root:hunter2@db/x"})
        assert "hunter2" not in str(caught.value)

    def test_is_safe_when_nothing_is_said(self) -> None:
        env = Env.read(SECRET)
        assert not env.debug
        assert env.https
        assert not env.practice_allowed
        assert env.database is None

    def test_needs_no_secret_for_debugging(self) -> None:
        assert Env.read({"DEBUG": "1"}).secret_key


class TestDatabase:
    def test_is_read_from_an_address(self) -> None:
        url = "postgresql://ann:p%40ss@db.example:5433/coop"
        assert Database.from_url(url) == Database("coop", "ann", "p@ss", "db.example", "5433")

    def test_takes_the_folder_of_a_socket_as_host(self) -> None:
        assert Database.from_url("postgresql://ann:@/coop?host=/run/pg").host == "/run/pg"


class TestPairs:
    @pytest.mark.parametrize(
        "half",
        [
            {"S3_ORIGINALS": "originals"},
            {"S3_ACCESS_KEY": "key"},
            {"STRIPE_SECRET_KEY": "sk_test_1"},
        ],
    )
    def test_wants_both_or_neither(self, half: dict[str, str]) -> None:
        with pytest.raises(BadEnvironment, match="must be set together"):
            Env.read(SECRET | half)

    def test_leaves_out_what_is_not_set(self) -> None:
        env = Env.read(SECRET)
        assert (env.s3, env.elasticsearch, env.stripe) == (None, None, None)


class TestCredentials:
    def test_are_read_from_their_files_and_not_told(self, tmp_path: Path) -> None:
        certificate, key = tmp_path / "coop.pem", tmp_path / "coop.key"
        certificate.write_text("-----BEGIN CERTIFICATE-----\n")
        key.write_text("-----BEGIN PRIVATE KEY-----\nhunter2\n")
        said = {"C2PA_CERTIFICATE": str(certificate), "C2PA_KEY": str(key)}
        env = Env.read(SECRET | said)
        assert env.credentials is not None
        assert "hunter2" in env.credentials.key
        assert "hunter2" not in repr(env)
        with pytest.raises(BadEnvironment, match="must be set together"):
            Env.read(SECRET | {"C2PA_KEY": str(key)})

    @pytest.mark.parametrize("content", [None, "hunter2", b"\xff"])
    def test_that_are_no_pem_are_a_fault(self, tmp_path: Path, content: str | bytes | None) -> None:
        path = tmp_path / "coop.pem"
        if content is not None:
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        said = {"C2PA_CERTIFICATE": str(path), "C2PA_KEY": str(path)}
        with pytest.raises(BadEnvironment, match="C2PA_KEY: the path of a file") as caught:
            Env.read(SECRET | said)
        assert "hunter2" not in str(caught.value)

    def test_policies_are_those_that_pictures_can_tell(self) -> None:
        assert set(DATA_MINING) == set(POLICIES)


class TestStripe:
    KEYS = {"STRIPE_SECRET_KEY": "sk_test_hunter2", "STRIPE_WEBHOOK_SECRET": "whsec_hunter2"}

    def test_is_needed_where_payments_go_through_it(self) -> None:
        with pytest.raises(BadEnvironment, match="STRIPE_SECRET_KEY must be set"):
            Env.read(SECRET | {"PAYMENT_GATEWAY": "stripe"})
        env = Env.read(SECRET | self.KEYS | {"PAYMENT_GATEWAY": "stripe"})
        assert env.stripe is not None

    def test_keeps_its_keys_out_of_what_is_printed(self) -> None:
        assert "hunter2" not in repr(Env.read(SECRET | self.KEYS))

    def test_sends_people_to_its_own_pages_or_those_of_a_stand_in(self) -> None:
        own = Env.read(SECRET | self.KEYS).stripe
        other = Env.read(SECRET | self.KEYS | {"STRIPE_API": "http://127.0.0.1:9/"}).stripe
        assert own is not None
        assert other is not None
        assert "https://checkout.stripe.com" in own.pages
        assert other.pages == ("http://127.0.0.1:9",)


class Asked(dict[str, str]):
    """An environment that remembers which variables it was asked for."""

    def __init__(self) -> None:
        super().__init__(SECRET)
        self.names: set[str] = set()

    def get(self, name: str, default: str = "") -> str:  # type: ignore[override]
        self.names.add(name)
        return super().get(name, default)


def test_every_variable_is_documented() -> None:
    root = Path(__file__).resolve().parents[2]
    table = (root / "docs" / "configuration.md").read_text()
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    asked = Asked()
    Env.read(asked)
    assert asked.names == set(re.findall(r"`(\w+)`", "".join(cells)))
