"""What the tests of licensing's pages share."""

from django.test import Client
from django.urls import reverse

from media.models import Work
from media.rules.states import State
from members.models import User
from tests.make.ledger import NOON


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(response: object) -> str:
    content: bytes = response.content  # type: ignore[attr-defined]
    return content.decode()


def work_url(work: Work) -> str:
    return reverse("licensing:work", args=[work.uuid])


def withdraw(work: Work) -> None:
    Work.objects.filter(pk=work.pk).move(State.PUBLISHED, State.WITHDRAWN, withdrawn_at=NOON)
