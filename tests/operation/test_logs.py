"""What is written for operators: JSON lines with ids, and nothing personal."""

import json
import logging
import logging.config
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from stockcoop.kernel import logs
from tests.jobs import run_jobs

pytestmark = [pytest.mark.urls("tests.operation.urls"), pytest.mark.django_db]


@contextmanager
def written(format: str) -> Iterator[StringIO]:
    """Logging as it is in earnest; what it writes."""
    said, config = StringIO(), logs.config(format)
    for handler in config["handlers"].values():
        handler["stream"] = said
    with pytest.MonkeyPatch.context() as patch:
        # It would close the handlers that pytest goes on to use.
        patch.setattr(logging.config, "_clearExistingHandlers", lambda: None)
        logging.config.dictConfig(config)
        yield said
        logging.config.dictConfig(settings.LOGGING)


@pytest.fixture
def said() -> Iterator[StringIO]:
    with written("json") as said:
        yield said


def lines(said: StringIO) -> list[dict[str, Any]]:
    """What was written since the last call."""
    text = said.getvalue()
    said.seek(0)
    said.truncate()
    return [json.loads(line) for line in text.splitlines()]


class TestRequests:
    def test_are_told_in_one_line(self, client: Client, said: StringIO) -> None:
        client.get("/talk")
        *_, line = lines(said)
        assert line["logger"] == "stockcoop.requests"
        assert (line["method"], line["route"], line["status"]) == ("GET", "talk", 200)
        assert line["ms"] >= 0
        assert line["level"] == "info"

    def test_have_the_same_id_in_every_line_and_in_the_answer(
        self, client: Client, said: StringIO
    ) -> None:
        response = client.get("/talk", headers={"X-Request-ID": "proxy.1-2_3"})
        assert response["X-Request-ID"] == "proxy.1-2_3"
        told = lines(said)
        assert len(told) == 2
        assert {line["request_id"] for line in told} == {"proxy.1-2_3"}

    @pytest.mark.parametrize("given", ["", "a b", "x" * 65, 'x"}{"y', "ä", "a\tb"])
    def test_get_an_id_when_the_given_one_is_not_fit(self, client: Client, given: str) -> None:
        response = client.get("/talk", headers={"X-Request-ID": given})
        assert len(response["X-Request-ID"]) == 32
        assert response["X-Request-ID"].isalnum()

    def test_do_not_share_their_ids(self, client: Client, said: StringIO) -> None:
        client.get("/talk")
        client.get("/talk")
        assert len({line["request_id"] for line in lines(said)}) == 2

    def test_that_are_refused_are_no_faults(self, client: Client, said: StringIO) -> None:
        client.get("/refuse")
        client.get("/nowhere")
        client.get("/talk", headers={"host": "not-ours.example"})
        Client(enforce_csrf_checks=True).post("/talk")
        told = lines(said)
        assert {line["level"] for line in told} == {"info"}
        assert [line["status"] for line in told] == [409, 404, 400, 403]

    def test_that_fail_are_told_with_their_traceback(self, said: StringIO) -> None:
        Client(raise_request_exception=False).get("/fail/abc")
        fault, line = lines(said)
        assert fault["level"] == "error"
        assert fault["event"] == "Internal Server Error: fail"
        assert "UniqueViolation" in fault["exception"]
        assert line["status"] == 500


def test_nothing_personal_is_written(said: StringIO) -> None:
    client = Client(
        raise_request_exception=False,
        REMOTE_ADDR="203.0.113.77",
        HTTP_USER_AGENT="Ann's browser",
        HTTP_REFERER="https://elsewhere.example/ann",
    )
    for path in ("/talk", "/refuse", "/fail/the-key-of-a-reset", "/nowhere/the-key-of-a-reset"):
        client.get(path + "?q=ann%40photos.example&token=hush")
        client.post(path + "?q=hush", {"email": "ann@photos.example"})
    logging.getLogger("gunicorn.error").warning("Invalid request from ip=203.0.113.77: bad")
    logging.getLogger("anything").warning("For ann@photos.example: smtp://ann:hush@mail.example")
    told = said.getvalue()
    assert len(lines(said)) >= 10
    for personal in (
        *("203.0.113.77", "browser", "elsewhere", "photos.example", "hush", "ann@"),
        *("the-key-of-a-reset", "ann%40"),
    ):
        assert personal not in told, personal


@pytest.mark.django_db(transaction=True)
class TestJobs:
    def test_are_found_by_the_request_that_enqueued_them(
        self, client: Client, said: StringIO
    ) -> None:
        request = client.get("/enqueue")["X-Request-ID"]
        enqueued = [job for line in lines(said) for job in line.get("jobs", [])]
        run_jobs()
        done, *_ = [line for line in lines(said) if line.get("task") == "media.sweep_renditions"]
        assert request
        assert f"{done['task']}[{done['job_id']}]" in enqueued
        assert done["event"].startswith("media.sweep_renditions: done in")

    def test_tell_their_failure_with_id_and_task_but_no_arguments(
        self, client: Client, said: StringIO
    ) -> None:
        client.get("/enqueue")
        run_jobs()
        text = said.getvalue()
        failed = [line for line in lines(said) if line["level"] == "warning"]
        assert failed
        assert {line["task"] for line in failed} == {"media.sign_again"}
        assert all(line["job_id"] for line in failed)
        assert "secret-key" not in text

    def test_that_come_by_the_clock_are_no_news(self, said: StringIO) -> None:
        run_jobs()
        assert [line for line in lines(said) if line["logger"] != "procrastinate.worker"] == []


class TestPlain:
    def test_lines_end_with_the_id(self, client: Client) -> None:
        with written("plain") as said:
            client.get("/talk?q=ann", headers={"X-Request-ID": "seven"})
        assert said.getvalue() == "WARNING tests.operation Something to say at /talk?… [seven]\n"
