"""The stand-in's manners: what it refuses, what it does not model, what it answers twice."""

import json
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path
from urllib.parse import urlencode

import pytest
import stripe

from services.cache import folder
from services.stripe import VERSION
from services.stripe.document import Document
from services.stripe.hooks import HOOKS
from services.stripe.routes import ROUTES
from services.stripe.state import Settings
from tests.stand_in import VERSION as API_VERSION
from tests.stand_in import StandIn, eventually

REFUND = "/v1/refunds"


def words(text: str) -> set[str]:
    return set(re.findall(r"[a-z_]+", text))


@pytest.fixture
def stand_in() -> StandIn:
    return StandIn()


class TestKeys:
    def test_are_of_the_test_kind_or_refused(self, stand_in: StandIn) -> None:
        for key in ("sk_live_1", "nothing", ""):
            stand_in.key = key
            assert stand_in.raw("GET", "/v1/balance")[0] == 401

    def test_see_nothing_of_each_other(self, stand_in: StandIn) -> None:
        paid = stand_in.payment()
        with pytest.raises(stripe.InvalidRequestError) as refused:
            StandIn().client.v1.payment_intents.retrieve(paid.id)
        assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")


class TestRequests:
    @pytest.mark.parametrize(
        ("path", "form", "param"),
        [
            ("/v1/transfers", {"amount": "10", "currency": "usd"}, "destination"),
            ("/v1/transfers", {"amount": "a", "currency": "usd", "destination": "x"}, "amount"),
            ("/v1/checkout/sessions", {"mode": "gift"}, "mode"),
        ],
    )
    def test_that_stripes_document_refuses_are_400_with_the_parameter(
        self, stand_in: StandIn, path: str, form: dict[str, str], param: str
    ) -> None:
        status, text, _ = stand_in.raw("POST", path, urlencode(form))
        error = json.loads(text)["error"]
        assert (status, error["type"]) == (400, "invalid_request_error")
        assert error["param"] == param
        assert "0x" not in error["message"]

    def test_with_a_parameter_unknown_to_stripe_are_400(self, stand_in: StandIn) -> None:
        status, text, _ = stand_in.raw("POST", REFUND, "charge=ch_1&colour=blue")
        assert (status, "additional properties" in text) == (400, True)

    def test_that_stripe_does_not_know_are_404(self, stand_in: StandIn) -> None:
        assert stand_in.raw("GET", "/v1/photographs")[0] == 404

    @pytest.mark.parametrize(
        ("method", "path", "form"),
        [
            ("POST", "/v1/customers", "name=Ada"),
            ("GET", "/v1/charges/search?query=a", ""),
            ("POST", REFUND, "charge=ch_1&reverse_transfer=true"),
            ("POST", "/v1/payment_intents", "amount=99&currency=usd&capture_method=manual"),
            ("POST", "/v1/checkout/sessions", "mode=subscription&success_url=http://a/"),
        ],
    )
    def test_that_are_not_modelled_are_501(
        self, stand_in: StandIn, method: str, path: str, form: str
    ) -> None:
        status, text, headers = stand_in.raw(method, path, form)
        assert (status, "does not model" in text) == (501, True)
        assert headers["Stripe-Should-Retry"] == "false"

    def test_for_an_expansion_that_stripe_does_not_know_are_400(self, stand_in: StandIn) -> None:
        paid = stand_in.payment()
        intents = stand_in.client.v1.payment_intents
        with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
            intents.retrieve(paid.id, {"expand": ["amount"]})
        with pytest.raises(stripe.APIError) as refused:
            intents.retrieve(paid.id, {"expand": ["payment_method"]})
        assert refused.value.http_status == 501

    def test_of_a_connected_account_are_501_where_that_is_not_modelled(
        self, stand_in: StandIn
    ) -> None:
        artist = stand_in.artist()
        with pytest.raises(stripe.APIError) as refused:
            stand_in.client.v1.payment_intents.create(
                {"amount": 99, "currency": "usd"}, {"stripe_account": artist.id}
            )
        assert refused.value.http_status == 501

    def test_of_the_second_api_are_501(self, stand_in: StandIn) -> None:
        assert stand_in.raw("GET", "/v2/core/events")[0] == 501

    def test_for_another_account_need_one_that_exists(self, stand_in: StandIn) -> None:
        with pytest.raises(stripe.PermissionError):
            stand_in.client.v1.balance.retrieve(options={"stripe_account": "acct_unknown"})


class TestAnswers:
    def test_name_their_request_and_the_version_they_are_in(self, stand_in: StandIn) -> None:
        _, _, first = stand_in.raw("GET", "/v1/balance")
        _, _, second = stand_in.raw("GET", "/v1/balance")
        assert first["Stripe-Version"] == API_VERSION
        assert first["Request-Id"].startswith("req_")
        assert first["Request-Id"] != second["Request-Id"]

    @pytest.mark.parametrize("spoiled", [{"amount": "much"}, {"colour": "blue"}])
    def test_that_break_stripes_schema_are_a_loud_500(
        self, stand_in: StandIn, spoiled: dict[str, str]
    ) -> None:
        paid = stand_in.payment()
        stand_in.hook("spoil", object="refund", set=spoiled)
        with pytest.raises(stripe.APIError, match=r"breaks Stripe's schema") as refused:
            stand_in.client.v1.refunds.create({"payment_intent": paid.id})
        assert refused.value.http_status == 500

    def test_expand_through_lists(self, stand_in: StandIn) -> None:
        stand_in.payment(1000)
        listed = stand_in.client.v1.balance_transactions.list(
            {"expand": ["data.source.payment_intent"]}
        )
        source: stripe.Charge = listed.data[0].source  # type: ignore[assignment]
        intent: stripe.PaymentIntent = source.payment_intent  # type: ignore[assignment]
        assert intent.amount == 1000


class TestRoutes:
    def test_name_operations_and_parameters_of_stripes_document(self) -> None:
        path = folder() / "stripe" / VERSION
        document = Document(path)
        assert document.version == API_VERSION
        whole = json.loads((path / "spec3.json").read_text())["paths"]
        for route in ROUTES:
            assert (route.method, route.template) in document.operations
            operation = whole[route.template][route.method.lower()]
            content = operation.get("requestBody", {}).get("content", {})
            form = content.get("application/x-www-form-urlencoded", {}).get("schema", {})
            known = {*form.get("properties", ())}
            known |= {each["name"] for each in operation.get("parameters", ())}
            # A list that Stripe does not filter by time is refused that by stripe-mock.
            roots = {param.partition("[")[0] for param in route.params} - {"created"}
            assert roots <= known, route


class TestHooks:
    def test_are_all_described(self) -> None:
        text = (Path(__file__).parents[2] / "docs" / "stripe-stand-in.md").read_text()
        described = {word for line in text.splitlines() if "/_test" in line for word in words(line)}
        for _method, pattern, _act in HOOKS:
            assert words(pattern.replace(r"(\w+)", "")) <= described, pattern
        settings = {field.name for field in fields(Settings)}
        assert settings <= words(text)

    def test_that_are_none_are_404(self, stand_in: StandIn) -> None:
        assert stand_in.raw("POST", "/_test/nothing", "{}")[0] == 404


class TestIdempotencyKeys:
    def test_bring_back_the_first_answer(self, stand_in: StandIn) -> None:
        paid = stand_in.payment()
        form = urlencode({"payment_intent": paid.id, "amount": 100})
        first = stand_in.raw("POST", REFUND, form, {"Idempotency-Key": "a"})
        second = stand_in.raw("POST", REFUND, form, {"Idempotency-Key": "a"})
        assert (first[0], second[0]) == (200, 200)
        assert json.loads(first[1]) == json.loads(second[1])
        assert "Idempotent-Replayed" not in first[2]
        assert second[2]["Idempotent-Replayed"] == "true"
        assert len(stand_in.client.v1.refunds.list().data) == 1

    def test_refuse_other_parameters(self, stand_in: StandIn) -> None:
        paid = stand_in.payment()
        create = stand_in.client.v1.refunds.create
        create({"payment_intent": paid.id, "amount": 100}, {"idempotency_key": "a"})
        with pytest.raises(stripe.IdempotencyError) as refused:
            create({"payment_intent": paid.id, "amount": 101}, {"idempotency_key": "a"})
        assert refused.value.http_status == 400

    def test_bring_back_a_decline_as_well(self, stand_in: StandIn) -> None:
        form = "amount=99&currency=usd&payment_method=pm_card_chargeDeclined&confirm=true"
        for _ in range(2):
            answer = stand_in.raw("POST", "/v1/payment_intents", form, {"Idempotency-Key": "a"})
            assert answer[0] == 402
        assert len(stand_in.client.v1.charges.list().data) == 1

    def test_are_free_again_after_what_the_document_refuses(self, stand_in: StandIn) -> None:
        paid = stand_in.payment()
        key = {"Idempotency-Key": "a"}
        assert stand_in.raw("POST", REFUND, "charge=a&amount=b", key)[0] == 400
        assert stand_in.raw("POST", REFUND, f"payment_intent={paid.id}", key)[0] == 200

    def test_are_forgotten_after_a_day(self, stand_in: StandIn) -> None:
        paid = stand_in.payment()
        create = stand_in.client.v1.refunds.create
        create({"payment_intent": paid.id, "amount": 100}, {"idempotency_key": "a"})
        stand_in.hook("clock", advance_s=24 * 3600 + 1)
        create({"payment_intent": paid.id, "amount": 100}, {"idempotency_key": "a"})
        assert len(stand_in.client.v1.refunds.list().data) == 2

    def test_do_it_once_however_many_ask_at_the_same_time(self, stand_in: StandIn) -> None:
        paid = stand_in.payment()
        form, key = f"payment_intent={paid.id}&amount=10", {"Idempotency-Key": "a"}
        with ThreadPoolExecutor(12) as pool:
            asked = [pool.submit(stand_in.raw, "POST", REFUND, form, key) for _ in range(48)]
        assert {each.result()[0] for each in asked} <= {200, 409}
        assert len(stand_in.client.v1.refunds.list().data) == 1

    def test_are_409_while_the_first_request_is_under_way(self, stand_in: StandIn) -> None:
        paid = stand_in.payment()
        form, key = f"payment_intent={paid.id}", {"Idempotency-Key": "a"}
        stand_in.hook("faults", how="slow", seconds=1)
        answers: list[int] = []
        slow = threading.Thread(
            target=lambda: answers.append(stand_in.raw("POST", REFUND, form, key)[0])
        )
        slow.start()
        eventually(lambda: stand_in.look("faults")["gone_off"] == [1])
        status, text, _ = stand_in.raw("POST", REFUND, form, key)
        slow.join()
        assert (status, json.loads(text)["error"]["code"]) == (409, "idempotency_key_in_use")
        assert answers == [200]


class TestPlannedFaults:
    def refunds(self, stand_in: StandIn) -> int:
        return len(stand_in.client.v1.refunds.list().data)

    def test_stored_500s_come_back_whether_it_was_done_or_not(self, stand_in: StandIn) -> None:
        for how, done in (("500-before", 0), ("500-after", 1)):
            form = urlencode({"payment_intent": stand_in.payment().id})
            stand_in.hook("faults", how=how, path=REFUND)
            for _ in range(2):
                assert stand_in.raw("POST", REFUND, form, {"Idempotency-Key": how})[0] == 500
            assert self.refunds(stand_in) == done

    def test_a_500_that_is_not_stored_leaves_the_key_free(self, stand_in: StandIn) -> None:
        form = urlencode({"payment_intent": stand_in.payment().id})
        stand_in.hook("faults", how="500-before", stored=False)
        answers = [stand_in.raw("POST", REFUND, form, {"Idempotency-Key": "a"}) for _ in "ab"]
        assert [answer[0] for answer in answers] == [500, 200]

    def test_a_lost_answer_is_found_by_the_librarys_own_retry(self, stand_in: StandIn) -> None:
        patient = stand_in.client_with(retries=1)
        paid = stand_in.payment()
        stand_in.hook("faults", how="lost-after", path=REFUND)
        refund = patient.v1.refunds.create({"payment_intent": paid.id})
        assert refund.status == "succeeded"
        assert self.refunds(stand_in) == 1

    def test_a_lost_request_was_never_done(self, stand_in: StandIn) -> None:
        paid = stand_in.payment()
        stand_in.hook("faults", how="lost-before", path=REFUND)
        with pytest.raises(stripe.APIConnectionError):
            stand_in.client.v1.refunds.create({"payment_intent": paid.id})
        assert self.refunds(stand_in) == 0

    def test_come_at_a_rate_decided_by_a_seed(self) -> None:
        struck = []
        for _ in range(2):
            stand_in = StandIn()
            stand_in.hook("faults", how="500-before", rate=0.3, count=100, seed=5, method="*")
            struck.append([stand_in.raw("GET", "/v1/balance")[0] for _ in range(20)])
        assert struck[0] == struck[1]
        assert 0 < struck[0].count(500) < 20

    def test_of_a_kind_that_is_not_known_are_refused(self, stand_in: StandIn) -> None:
        assert stand_in.raw("POST", "/_test/faults", '{"how": "fire"}')[0] == 400
