"""Asking for pages of the royalties as somebody."""

from django.test import Client
from django.urls import reverse

from members.models import User


def page(client: Client, user: User, name: str, *args: object, **query: str) -> str:
    """The text of the page `name` as `user` sees it."""
    answer = ask(client, user, name, *args, **query)
    assert answer[0] == 200, answer
    return answer[1]


def ask(client: Client, user: User, name: str, *args: object, **query: str) -> tuple[int, str]:
    client.force_login(user)
    answer = client.get(reverse(f"royalties:{name}", args=args), query)
    return answer.status_code, answer.content.decode(errors="replace")
