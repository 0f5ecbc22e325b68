"""The artist's pages: what they show, what they store, what others find there."""

from typing import Any

import pytest
from django.test import Client

from media.models import Upload, Work
from media.rules.states import State
from media.services import reviews
from members.models import User
from members.rules.roles import Role
from members.services import memberships
from tests import make

pytestmark = pytest.mark.django_db
AT = make.LONG_AGO


def _as(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _said(**changed: str) -> dict[str, str]:
    """The metadata form as a browser sends it."""
    return {
        "title": "Dunes at dusk",
        "description": "",
        "keywords": "dunes, dusk",
        "creator": "Mira",
        "credit": "",
        "rights": "",
        "then": "stay",
        **changed,
    }


class TestTheShelf:
    def test_counts_by_state_and_shows_one_shelf(self) -> None:
        artist = make.artist()
        make.described_work(owner=artist, title="A draft of mine")
        make.published_work(owner=artist, title="A published one")
        make.described_work(title="Of somebody else")
        everything = _as(artist).get("/studio/works").content.decode()
        assert "A draft of mine" in everything
        assert "A published one" in everything
        assert "Of somebody else" not in everything
        drafts = _as(artist).get("/studio/works?state=drafts").content.decode()
        assert "A published one" not in drafts

    def test_shows_everything_for_a_shelf_that_does_not_exist(self) -> None:
        assert _as(make.artist()).get("/studio/works?state=<script>").status_code == 200


class TestAFileThatIsBeingRead:
    def test_shows_how_far_that_is_and_asks_again_by_itself(self) -> None:
        work = make.ingesting_work()
        Upload.objects.filter(work=work).update(read_percent=42)
        client = _as(work.owner)
        whole = client.get(f"/studio/works/{work.uuid}").content.decode()
        part = client.get(f"/studio/works/{work.uuid}", headers={"HX-Request": "true"})
        for page in (whole, part.content.decode()):
            assert 'hx-trigger="every 2s"' in page
            assert '<progress value="42"' in page
        assert "<html" not in part.content.decode()
        row = client.get(f"/studio/uploads?id={work.uuid}").json()["uploads"][0]
        assert row["read"] == 42

    def test_shows_the_whole_page_when_it_has_ended(self) -> None:
        work = make.draft()
        asked = _as(work.owner).get(f"/studio/works/{work.uuid}", headers={"HX-Request": "true"})
        assert asked.headers["HX-Refresh"] == "true"


class TestOneWork:
    @pytest.mark.parametrize(
        "make_work", [make.upload, make.ingesting_work, make.draft, make.published_work]
    )
    def test_is_shown_in_every_state(self, make_work: Any) -> None:
        made = make_work()
        work = made if isinstance(made, Work) else made.work
        assert _as(work.owner).get(f"/studio/works/{work.uuid}").status_code == 200

    def test_stores_and_hands_in(self) -> None:
        work = make.draft()
        client, address = _as(work.owner), f"/studio/works/{work.uuid}"
        assert client.post(address, _said()).status_code == 302
        work.refresh_from_db()
        assert (work.title, work.keywords, work.state) == (
            "Dunes at dusk",
            ["dunes", "dusk"],
            State.DRAFT,
        )
        assert client.post(address, _said(then="submit")).status_code == 302
        work.refresh_from_db()
        assert work.state == State.IN_REVIEW
        assert client.post(address, _said()).status_code == 409

    def test_says_what_an_editor_needs(self) -> None:
        work = make.draft()
        answer = _as(work.owner).post(
            f"/studio/works/{work.uuid}", _said(title="", keywords="", then="submit")
        )
        assert answer.status_code == 422
        assert "still needs a title and keywords" in answer.content.decode()

    def test_nobody_else_finds_it(self) -> None:
        work = make.draft()
        for other in (make.artist(), make.office(Role.EDITOR, make.artist())):
            client = _as(other)
            assert client.get(f"/studio/works/{work.uuid}").status_code == 404
            assert client.post(f"/studio/works/{work.uuid}", _said()).status_code == 404
            assert client.post(f"/studio/works/{work.uuid}/withdraw").status_code == 404
            assert client.post(f"/studio/works/{work.uuid}/appeal").status_code == 404
        work.refresh_from_db()
        assert work.state == State.DRAFT

    def test_withdraws_once(self) -> None:
        work = make.published_work()
        client, address = _as(work.owner), f"/studio/works/{work.uuid}/withdraw"
        assert client.post(address).status_code == 302
        assert client.post(address).status_code == 409

    def test_appeals_with_words(self) -> None:
        work = make.submitted_work()
        reviews.decline(work=work, editor=make.editor(), reasons=[], note="No.", at=AT)
        client, address = _as(work.owner), f"/studio/works/{work.uuid}/appeal"
        assert client.post(address, {"note": ""}).status_code == 422
        assert client.post(address, {"note": "It is soft on purpose."}).status_code == 302
        assert client.post(address, {"note": "Again."}).status_code == 409


class TestTogether:
    def test_says_the_same_about_chosen_works_of_ones_own(self) -> None:
        artist = make.artist()
        mine, theirs = make.draft(owner=artist), make.draft()
        answer = _as(artist).post(
            "/studio/works/together",
            {"work": [mine.uuid, theirs.uuid, "nonsense"], "title": "Sea", "keywords": "sea"},
        )
        assert answer.status_code == 302
        mine.refresh_from_db()
        theirs.refresh_from_db()
        assert (mine.title, theirs.title) == ("Sea", "")

    def test_asks_to_choose_first(self) -> None:
        answer = _as(make.artist()).get("/studio/works/together")
        assert answer.headers["Location"] == "/studio/works"

    def test_says_which_work_is_not_ready(self) -> None:
        work = make.draft()
        answer = _as(work.owner).post(
            "/studio/works/together", {"work": [work.uuid], "then": "submit"}
        )
        assert answer.status_code == 422
        assert "still needs" in answer.content.decode()


class TestTheOriginal:
    def test_comes_back_as_it_was_sent(self) -> None:
        artist, body = make.artist(), make.jpeg()
        make.ingesting_work(owner=artist, body=body)
        work = make.published_work(owner=artist)
        answer = _as(artist).get(f"/studio/works/{work.uuid}/original")
        assert answer.headers["Content-Disposition"] == 'attachment; filename="dunes.jpg"'
        assert len(b"".join(answer)) == work.bytes

    def test_is_for_the_owner_and_for_editors_once_handed_in(self) -> None:
        draft, handed_in = make.draft(), make.submitted_work()
        editor = make.editor()
        assert _status(editor, handed_in) == 200
        assert _status(editor, draft) == 404
        assert _status(make.artist(), handed_in) == 404
        assert _status(make.buyer(), handed_in) == 404

    def test_is_not_there_before_it_was_checked(self) -> None:
        work = make.ingesting_work()
        assert _status(work.owner, work) == 404


def _status(user: User, work: Work) -> int:
    answer = _as(user).get(f"/studio/works/{work.uuid}/original")
    if answer.streaming:
        b"".join(answer)
    return answer.status_code


class TestWhoLeft:
    def test_still_sees_and_withdraws_their_works(self) -> None:
        work = make.published_work()
        memberships.leave(user=work.owner, at=AT)
        client = _as(User.objects.get(pk=work.owner_id))
        assert "Dunes at dusk" in client.get("/studio/works").content.decode()
        assert client.post(f"/studio/works/{work.uuid}/withdraw").status_code == 302
        work.refresh_from_db()
        assert work.state == State.WITHDRAWN

    def test_hands_nothing_in(self) -> None:
        work = make.described_work()
        memberships.leave(user=work.owner, at=AT)
        client = _as(User.objects.get(pk=work.owner_id))
        page = client.get(f"/studio/works/{work.uuid}").content.decode()
        assert 'name="title"' not in page
        answer = client.post(f"/studio/works/{work.uuid}", _said(then="submit"))
        assert answer.status_code == 403
        work.refresh_from_db()
        assert work.state == State.DRAFT

    def test_who_never_had_a_work_is_shown_the_way_in(self) -> None:
        assert _as(make.buyer()).get("/studio/works")["Location"] == "/join"
