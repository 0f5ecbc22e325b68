"""The stand-in's events and their delivery: signed, repeated, held, shuffled, dropped."""

import pytest
import stripe

from tests.stand_in import Receiver, StandIn, eventually, receiver


@pytest.fixture
def stand_in() -> StandIn:
    return StandIn()


def taken(stand_in: StandIn) -> bool:
    return bool(stand_in.look("webhooks")["waiting"] == 0)


class TestDelivery:
    def test_brings_what_happened_signed_with_the_secret(self, stand_in: StandIn) -> None:
        with receiver() as site:
            stand_in.listen(site)
            session = stand_in.session()
            stand_in.hook(f"checkout/{session.id}/pay")
            eventually(lambda: len(site.events) == 5 and taken(stand_in))
        assert set(site.types) == {
            "payment_intent.created",
            "charge.succeeded",
            "payment_intent.succeeded",
            "checkout.session.completed",
            "charge.updated",
        }
        done = next(each for each in site.events if each.type == "checkout.session.completed")
        assert done.data.object.id == session.id
        assert done.data.object.payment_status == "paid"

    def test_tells_the_balance_transaction_only_when_the_charge_is_updated(
        self, stand_in: StandIn
    ) -> None:
        stand_in.payment()
        events = {event.type: event.data.object for event in stand_in.client.v1.events.list().data}
        assert events["charge.succeeded"]["balance_transaction"] is None
        assert events["charge.updated"]["balance_transaction"].startswith("txn_")

    def test_is_signed_with_nothing_else(self, stand_in: StandIn) -> None:
        with receiver() as site:
            stand_in.listen(site)
            site.secret = "whsec_another"
            stand_in.hook("settings", retries=0)
            stand_in.payment()
            eventually(lambda: taken(stand_in))
        assert site.events == []

    def test_comes_again_until_it_is_taken(self, stand_in: StandIn) -> None:
        with receiver() as site:
            stand_in.hook("settings", retry_after_s=0.01)
            stand_in.listen(site)
            site.answers = [500, 503]
            stand_in.client.v1.checkout.sessions.expire(stand_in.session().id)
            eventually(lambda: len(site.events) == 3 and taken(stand_in))
        assert len({event.id for event in site.events}) == 1
        event = stand_in.client.v1.events.retrieve(site.events[0].id)
        assert event.pending_webhooks == 0

    def test_gives_up_after_some_tries_and_the_event_can_still_be_listed(
        self, stand_in: StandIn
    ) -> None:
        with receiver() as site:
            stand_in.hook("settings", retry_after_s=0.01, retries=2)
            stand_in.listen(site)
            site.answers = [500] * 9
            session = stand_in.session()
            stand_in.client.v1.checkout.sessions.expire(session.id)
            eventually(lambda: taken(stand_in))
        assert len(site.events) == 3
        missed = stand_in.client.v1.events.list({"delivery_success": False}).data
        assert [event.type for event in missed] == ["checkout.session.expired"]

    def test_goes_to_the_endpoint_of_its_kind_only(self, stand_in: StandIn) -> None:
        with receiver() as own, receiver() as connected:
            stand_in.listen(own)
            stand_in.listen(connected, connect=True)
            artist = stand_in.artist()
            stand_in.client.v1.checkout.sessions.expire(stand_in.session().id)
            eventually(lambda: bool(own.events and connected.events))
        assert own.types == ["checkout.session.expired"]
        assert connected.types == ["account.updated"]
        assert connected.events[0].account == artist.id

    def test_follows_an_endpoint_made_through_the_api(self, stand_in: StandIn) -> None:
        with receiver() as site:
            endpoint = stand_in.client.v1.webhook_endpoints.create(
                {"url": site.url, "enabled_events": ["checkout.session.expired"]}
            )
            assert endpoint.secret
            site.secret = endpoint.secret
            stand_in.payment()
            stand_in.client.v1.checkout.sessions.expire(stand_in.session().id)
            eventually(lambda: bool(site.events))
            stand_in.client.v1.webhook_endpoints.delete(endpoint.id)
            stand_in.client.v1.checkout.sessions.expire(stand_in.session().id)
            eventually(lambda: taken(stand_in))
        assert site.types == ["checkout.session.expired"]

    def test_never_leaves_this_machine(self, stand_in: StandIn) -> None:
        with pytest.raises(stripe.APIError) as refused:
            stand_in.client.v1.webhook_endpoints.create(
                {"url": "http://elsewhere.example/", "enabled_events": ["*"]}
            )
        assert refused.value.http_status == 501


def held(stand_in: StandIn, site: Receiver, count: int) -> list[str]:
    """Hold the events of `count` expired sessions; their ids in order."""
    stand_in.listen(site)
    stand_in.hook("webhooks/hold")
    for _ in range(count):
        stand_in.client.v1.checkout.sessions.expire(stand_in.session().id)
    return [each["event"] for each in stand_in.look("webhooks")["deliveries"]]


def released(seed: int) -> list[int]:
    """The order in which eight held events come, six of them twice."""
    stand_in = StandIn()
    with receiver() as site:
        ids = held(stand_in, site, 8)
        order = {"shuffle": True, "copies": 0.75, "spread_s": 1.4, "seed": seed}
        assert stand_in.hook("webhooks/release", **order) == {"released": 14}
        eventually(lambda: len(site.events) == 14 and taken(stand_in))
    return [ids.index(event.id) for event in site.events]


class TestHeldDeliveries:
    def test_stay_until_they_are_released(self, stand_in: StandIn) -> None:
        with receiver() as site:
            ids = held(stand_in, site, 3)
            assert (len(ids), site.events) == (3, [])
            assert stand_in.hook("webhooks/release") == {"released": 3}
            eventually(lambda: {event.id for event in site.events} == set(ids))

    def test_come_shuffled_and_doubled_in_the_same_way_by_the_same_seed(self) -> None:
        first, again, other = (released(seed) for seed in (1, 1, 2))
        assert first == again != other
        assert sorted(set(first)) == list(range(8))

    def test_can_be_lost_for_good_and_sent_again_by_hand(self, stand_in: StandIn) -> None:
        with receiver() as site:
            ids = held(stand_in, site, 3)
            assert stand_in.hook("webhooks/drop", events=[ids[1]]) == {"dropped": 1}
            stand_in.hook("webhooks/release")
            eventually(lambda: len(site.events) == 2)
            assert ids[1] not in {event.id for event in site.events}
            assert stand_in.hook("webhooks/resend", event=ids[1]) == {"sent": 1}
            eventually(lambda: len(site.events) == 3)


class TestDisorder:
    def test_doubles_and_delays_what_is_delivered_from_then_on(self, stand_in: StandIn) -> None:
        with receiver() as site:
            stand_in.listen(site)
            stand_in.hook("webhooks/disorder", spread_s=0.6, copies=1, seed=3)
            for _ in range(6):
                stand_in.client.v1.checkout.sessions.expire(stand_in.session().id)
            eventually(lambda: len(site.events) == 12 and taken(stand_in))
        made = [event.id for event in stand_in.client.v1.events.list().data][::-1]
        came = [made.index(event.id) for event in site.events]
        assert sorted(came) == sorted([*range(6), *range(6)])
        assert came != sorted(came)


class TestEvents:
    def test_are_listed_newest_first_in_pages(self, stand_in: StandIn) -> None:
        for _ in range(5):
            stand_in.client.v1.checkout.sessions.expire(stand_in.session().id)
        listed = stand_in.client.v1.events.list({"limit": 2, "types": ["checkout.session.*"]})
        assert (len(listed.data), listed.has_more) == (2, True)
        every = [event.id for event in listed.auto_paging_iter()]
        assert len(every) == len(set(every)) == 5
        before = stand_in.client.v1.events.list({"ending_before": every[2]})
        assert [event.id for event in before.data] == every[:2]

    def test_are_kept_for_thirty_days(self, stand_in: StandIn) -> None:
        stand_in.client.v1.checkout.sessions.expire(stand_in.session().id)
        stand_in.hook("clock", advance_s=31 * 24 * 3600)
        assert stand_in.client.v1.events.list().data == []

    def test_can_be_asked_for_by_time(self, stand_in: StandIn) -> None:
        stand_in.client.v1.checkout.sessions.expire(stand_in.session().id)
        later = stand_in.hook("clock", advance_s=3600)["now"]
        stand_in.client.v1.checkout.sessions.expire(stand_in.session().id)
        recent = stand_in.client.v1.events.list({"created": {"gte": later}}).data
        assert len(recent) == 1
