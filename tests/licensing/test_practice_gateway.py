import pytest
from django.conf import LazySettings

from licensing.adapters.practice import PracticeGateway
from licensing.apps import payments_can_be_taken
from licensing.rules.gateway import PaymentGateway
from licensing.rules.states import PaymentState
from licensing.services import gateways
from licensing.services.gateways import NoGateway
from tests.licensing.gateway_contract import GatewayContract


@pytest.mark.django_db
class TestPracticeGateway(GatewayContract):
    def gateway(self) -> PaymentGateway:
        return PracticeGateway()

    def end(self, reference: str, how: PaymentState) -> None:
        PracticeGateway().decide(reference, how)


def test_is_refused_where_nobody_allowed_it(settings: LazySettings) -> None:
    settings.PRACTICE_GATEWAY_ALLOWED = False
    with pytest.raises(NoGateway, match="not set up to take payments"):
        gateways.chosen()


def test_a_gateway_that_is_not_built_in_cannot_be_used() -> None:
    with pytest.raises(NoGateway):
        gateways.named("barter")


def test_a_deployed_site_says_that_it_cannot_sell_by_practice(settings: LazySettings) -> None:
    assert payments_can_be_taken() == []
    settings.PRACTICE_GATEWAY_ALLOWED = False
    assert [fault.id for fault in payments_can_be_taken()] == ["licensing.E001"]
