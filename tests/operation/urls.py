"""Pages that go wrong in the ways that logs must stand."""

import logging

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path
from procrastinate.contrib.django import app

from stockcoop.kernel.access import audience
from stockcoop.kernel.errors import Refused

log = logging.getLogger("tests.operation")


@audience("anyone")
def talk(request: HttpRequest) -> HttpResponse:
    log.warning("Something to say at %s", request.get_full_path())
    return HttpResponse()


@audience("anyone")
def fail(request: HttpRequest, key: str) -> HttpResponse:
    """The database refuses a row and tells its values."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE people (email text UNIQUE) ON COMMIT DROP")
        cursor.execute("INSERT INTO people VALUES ('ann@photos.example'), ('ann@photos.example')")
    return HttpResponse()


@audience("anyone")
def refuse(request: HttpRequest) -> HttpResponse:
    raise Refused("Not today.", status=409)


@audience("anyone")
def enqueue(request: HttpRequest) -> HttpResponse:
    app.configure_task("media.sweep_renditions").defer(
        keys=["00000000-0000-4000-8000-000000000000/secret-key"]
    )
    app.configure_task("media.sign_again").defer(work_id=0)
    return HttpResponse()


urlpatterns = [
    path("talk", talk, name="talk"),
    path("fail/<key>", fail, name="fail"),
    path("refuse", refuse, name="refuse"),
    path("enqueue", enqueue, name="enqueue"),
]
