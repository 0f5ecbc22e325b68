"""The editors' pages: the queue, one work, the decisions, and who may not."""

from datetime import timedelta

import pytest
from django.test import Client

from media.models import Work
from media.rules.states import State
from media.services import reviews
from members.models import User
from members.rules.roles import Role
from tests import make

pytestmark = pytest.mark.django_db
AT = make.LONG_AGO


def _as(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _editor_who_is_an_artist() -> User:
    return make.office(Role.EDITOR, make.artist())


def _looked_at(work: Work, **said: str) -> dict[str, str]:
    assert work.submitted_at is not None
    return {"handed_in": work.submitted_at.isoformat(), **said}


def test_the_queue_and_every_work_in_it_are_shown_to_editors() -> None:
    make.review_reasons()
    work = make.submitted_work()
    client = _as(make.editor())
    assert "Dunes at dusk" in client.get("/editing").content.decode()
    page = client.get(f"/editing/{work.uuid}").content.decode()
    assert "The picture is not sharp where it matters." in page


def test_an_empty_queue_says_so() -> None:
    assert "The queue is empty" in _as(make.editor()).get("/editing").content.decode()


def test_a_decision_leads_to_the_next_work() -> None:
    first = make.submitted_work()
    second = make.submitted_work(at=AT + timedelta(hours=1))
    client = _as(make.editor())
    answer = client.post(f"/editing/{first.uuid}/publish", _looked_at(first))
    assert answer.headers["Location"] == f"/editing/{second.uuid}"
    answer = client.post(f"/editing/{second.uuid}/decline", _looked_at(second, note="No."))
    assert answer.headers["Location"] == "/editing"
    assert client.post(f"/editing/{second.uuid}/undo").status_code == 302
    second.refresh_from_db()
    assert second.state == State.IN_REVIEW


def test_a_return_without_a_reason_is_asked_for_one() -> None:
    work = make.submitted_work()
    client, address = _as(make.editor()), f"/editing/{work.uuid}/return"
    answer = client.post(address, _looked_at(work))
    assert answer.status_code == 422
    assert "Give a reason" in answer.content.decode()
    answer = client.post(address, _looked_at(work, reasons="made-up"))
    assert answer.status_code == 422
    assert client.post(address, {"note": "x"}).status_code == 422


def test_the_second_editor_sees_who_was_quicker() -> None:
    work = make.submitted_work()
    reviews.publish(work=work, editor=make.editor(name="Ana Ruiz"), at=AT)
    answer = _as(make.editor()).post(f"/editing/{work.uuid}/publish", _looked_at(work))
    assert answer.status_code == 409
    assert "Ana Ruiz has published" in answer.content.decode()


def test_an_editor_sees_but_does_not_judge_their_own_work() -> None:
    editor = _editor_who_is_an_artist()
    work = make.submitted_work(owner=editor)
    client = _as(editor)
    assert "another editor decides" in client.get(f"/editing/{work.uuid}").content.decode()
    answer = client.post(f"/editing/{work.uuid}/publish", _looked_at(work))
    assert answer.status_code == 403


def test_drafts_are_not_the_editors_business() -> None:
    work = make.draft()
    client = _as(make.editor())
    assert client.get(f"/editing/{work.uuid}").status_code == 404
    assert client.post(f"/editing/{work.uuid}/publish").status_code == 404


def test_artists_have_no_business_here() -> None:
    work = make.submitted_work()
    client = _as(work.owner)
    assert client.get("/editing").status_code == 403
    assert client.post(f"/editing/{work.uuid}/publish").status_code == 403
