"""The stand-in goes on where it was, where its data is kept; a crash loses nothing answered."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from services import stripe as server
from services.processes import Processes
from tests.stand_in import StandIn, eventually, receiver


class Kept(StandIn):
    """A stand-in of the test's own, under the key that it was started with."""

    def __init__(self, names: dict[str, str]) -> None:
        self.api, self.key = names["STRIPE_API"], names["STRIPE_SECRET_KEY"]
        self.client = self.client_with(retries=0)


@contextmanager
def running(folder: Path, *, keeps: bool = True, crash: bool = False) -> Iterator[Kept]:
    with Processes(folder, keeps=keeps) as processes:
        yield Kept(server.start(processes, folder / "stripe"))
        if crash:
            processes.kill("stripe")


def books(stand_in: Kept) -> dict[str, Any]:
    state = stand_in.look("state")
    return {"platform": state["platform"], "books": state["books"]}


def everything(stand_in: Kept) -> Any:
    """Some of each noun; the transfer that has come back in part."""
    stand_in.session()
    paid = stand_in.payment(5000)
    stand_in.client.v1.refunds.create({"payment_intent": paid.id, "amount": 500})
    stand_in.hook(f"payments/{stand_in.payment(1000).id}/dispute")
    artist = stand_in.artist()
    transfer = stand_in.client.v1.transfers.create(
        {"amount": 900, "currency": "usd", "destination": artist.id},
        {"idempotency_key": "transfer"},
    )
    stand_in.client.v1.transfers.reversals.create(transfer.id, {"amount": 100})
    stand_in.hook(f"accounts/{artist.id}/payout")
    stand_in.hook("clock", advance_s=3600)
    return transfer


@pytest.mark.parametrize("crash", [False, True])
def test_goes_on_with_all_it_knew(tmp_path: Path, crash: bool) -> None:
    with running(tmp_path, crash=crash) as before:
        transfer = everything(before)
        known, now = books(before), before.look("state")["now"]
        balance = before.client.v1.balance.retrieve().to_dict()
    with running(tmp_path) as after:
        assert (after.key, after.api) == (before.key, before.api)
        assert books(after) == known
        assert after.look("state")["now"] >= now
        assert after.client.v1.balance.retrieve().to_dict() == balance
        again = after.client.v1.transfers.create(
            {"amount": 900, "currency": "usd", "destination": transfer.destination},
            {"idempotency_key": "transfer"},
        )
        assert again.id == transfer.id


def test_what_is_known_stays_one_thing_in_all_its_places(tmp_path: Path) -> None:
    with running(tmp_path) as before:
        everything(before)
        (dispute,) = before.client.v1.disputes.list().data
        session = before.client.v1.checkout.sessions.list().data[0]
    with running(tmp_path) as after:
        after.hook(f"disputes/{dispute.id}/win")
        assert after.client.v1.disputes.list().data[0].status == "won"
        after.hook(f"checkout/{session.id}/pay")
        assert after.client.v1.checkout.sessions.list().data[0].status == "complete"
        charges = after.client.v1.charges.list({"limit": 100}).data
        assert {charge.id for charge in charges if charge.disputed} == {dispute.charge}


def test_sends_the_events_that_had_not_been_taken(tmp_path: Path) -> None:
    with receiver() as taker:
        with running(tmp_path) as before:
            before.listen(taker)
            before.hook("webhooks/hold")
            before.payment()
            assert taker.events == []
        with running(tmp_path):
            eventually(lambda: "charge.succeeded" in taker.types)


def test_takes_another_port_when_its_own_is_taken(tmp_path: Path) -> None:
    with running(tmp_path) as before:
        session = before.session()
    with running(tmp_path / "elsewhere") as other:
        names = (tmp_path / "stripe" / "names.json").read_text()
        port = other.api.rpartition(":")[2]
        old = before.api.rpartition(":")[2]
        (tmp_path / "stripe" / "names.json").write_text(names.replace(old, port))
        with running(tmp_path) as after:
            assert after.api != other.api
            found = after.client.v1.checkout.sessions.retrieve(session.id)
            assert found.url
            assert found.url.startswith(after.api)


def test_starts_anew_where_nothing_is_kept_and_after_a_reset(tmp_path: Path) -> None:
    with running(tmp_path, keeps=False) as before:
        before.payment()
    with running(tmp_path) as after:
        assert after.client.v1.charges.list().data == []
        after.payment()
        after.hook("reset")
    with running(tmp_path) as anew:
        assert anew.client.v1.charges.list().data == []
