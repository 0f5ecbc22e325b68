"""Old events lose their text, which may name the buyer, and are known all the same."""

from datetime import timedelta
from hashlib import sha256

import pytest
from django.conf import LazySettings
from django.db import IntegrityError, connection, transaction

from ledger.services.fingerprint import ledger_hash
from licensing.jobs import erase_events
from licensing.models import GatewayEvent
from licensing.services import events
from tests.stripe_site import StripeSite, now

pytestmark = pytest.mark.django_db

KEPT = timedelta(days=400)


@pytest.fixture
def told(site: StripeSite) -> StripeSite:
    """A site that has heard all of a payment."""
    site.paid()
    site.hear_all()
    return site


class TestErase:
    def test_takes_the_text_of_what_was_acted_on_and_leaves_its_digest(
        self, told: StripeSite
    ) -> None:
        bodies = dict(GatewayEvent.objects.values_list("reference", "body"))
        assert any("buyer@example.org" in body for body in bodies.values())
        assert events.erase(at=now() + KEPT, kept=KEPT) == len(bodies)
        for event in GatewayEvent.objects.all():
            assert event.body == ""
            assert event.digest == sha256(bodies[event.reference].encode()).hexdigest()
            assert (event.kind, event.about, event.outcome) != ("", "", "")
        assert events.erase(at=now() + KEPT, kept=KEPT) == 0

    def test_leaves_younger_ones_and_those_that_nobody_has_acted_on(self, told: StripeSite) -> None:
        assert events.erase(at=now() + KEPT - timedelta(minutes=5), kept=KEPT) == 0
        waiting = events._store("stripe", told.told()[0], now())
        fields = {f.name: getattr(waiting, f.name) for f in GatewayEvent._meta.concrete_fields}
        fields |= {"id": None, "reference": "evt_waiting", "handled_at": None, "outcome": ""}
        GatewayEvent.objects.create(**fields)
        events.erase(at=now() + KEPT, kept=KEPT)
        assert GatewayEvent.objects.get(reference="evt_waiting").body

    def test_an_erased_event_that_comes_again_is_not_acted_on_again(self, told: StripeSite) -> None:
        events.erase(at=now() + KEPT, kept=KEPT)
        rows, before = GatewayEvent.objects.count(), ledger_hash()
        told.hear_all()
        assert events.sweep(at=now()) == 0
        assert (GatewayEvent.objects.count(), ledger_hash()) == (rows, before)
        assert not GatewayEvent.objects.exclude(body="").exists()

    def test_a_job_does_so_after_the_days_of_the_settings(
        self, told: StripeSite, settings: LazySettings
    ) -> None:
        erase_events(0)
        assert GatewayEvent.objects.exclude(body="").exists()
        settings.EVENTS_KEPT_DAYS = 0
        erase_events(0)
        assert not GatewayEvent.objects.exclude(body="").exists()


class TestPromises:
    @pytest.mark.parametrize(
        "change",
        [
            "body = ''",
            "body = 'x', erased_at = now()",
            "digest = repeat('0', 64)",
            "outcome = 'x', body = '', erased_at = now()",
            "about = 'x', body = '', erased_at = now()",
            "handled_at = NULL",
        ],
    )
    def test_an_event_is_changed_in_no_other_way(self, told: StripeSite, change: str) -> None:
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE licensing_gatewayevent SET {change}")

    def test_no_digest_but_that_of_the_text_can_be_left(self, told: StripeSite) -> None:
        body = GatewayEvent.objects.earliest("pk").body
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE licensing_gatewayevent SET body = '', erased_at = now(), digest = 'x'"
            )
        assert GatewayEvent.objects.earliest("pk").digest == sha256(body.encode()).hexdigest()

    def test_what_is_erased_stays_so(self, told: StripeSite) -> None:
        events.erase(at=now() + KEPT, kept=KEPT)
        for change in ("body = 'x', erased_at = NULL, digest = ''", "digest = repeat('0', 64)"):
            with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"UPDATE licensing_gatewayevent SET {change}")

    def test_one_that_waits_is_not_erased(self, site: StripeSite) -> None:
        site.paid()
        for one in site.told():
            events._store("stripe", one, now())
        with pytest.raises(IntegrityError), transaction.atomic():
            GatewayEvent.objects.filter(handled_at=None).update(body="", erased_at=now())
