"""Pages about people: who sees what, and what a wrong form answers."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from members.models import Application, Membership, RoleGrant, User
from members.rules.roles import Role
from members.services import applications, notices
from tests import make


@pytest.fixture
def signed_in(client: Client) -> "SignIn":
    return SignIn(client)


class SignIn:
    """A browser that anybody can sit down at."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def __call__(self, user: User) -> Client:
        self.client.force_login(user)
        return self.client


@pytest.mark.django_db
class TestJoining:
    form = {"statement": "The sea.", "website": "example.org"}

    def test_sends_an_application_with_its_images(self, signed_in: SignIn) -> None:
        applicant, artists = make.user(), make.share_class("C")
        images = [make.picture(), make.picture(colour="red")]
        client = signed_in(applicant)
        assert client.get("/join").status_code == 200
        answer = client.post(
            "/join", {**self.form, "share_class": artists.pk, "images": images}, follow=True
        )
        assert "with the board" in answer.text
        application = Application.objects.get()
        assert application.images.count() == 2
        assert application.website == "https://example.org"

    def test_says_what_is_wrong_with_a_file(self, signed_in: SignIn) -> None:
        artists = make.share_class("C")
        bad = SimpleUploadedFile("notes.jpg", b"hello")
        answer = signed_in(make.user()).post(
            "/join", {**self.form, "share_class": artists.pk, "images": [bad]}
        )
        assert answer.status_code == 422
        assert "notes.jpg: not a JPEG" in answer.text
        assert not Application.objects.exists()

    def test_says_what_is_missing(self, signed_in: SignIn) -> None:
        make.share_class()
        answer = signed_in(make.user()).post("/join", {})
        assert answer.status_code == 422
        assert "This field is required." in answer.text

    def test_waits_until_the_co_op_is_established(self, signed_in: SignIn) -> None:
        answer = signed_in(make.user()).get("/join")
        assert answer.status_code == 409
        assert "does not take applications yet" in answer.text

    def test_shows_the_reason_of_a_declined_application(self, signed_in: SignIn) -> None:
        application = make.application()
        applications.decline(
            application=application, reason="Too few.", by=make.founder(), at=make.LONG_AGO
        )
        assert "Too few." in signed_in(application.applicant).get("/join").text

    def test_can_be_withdrawn_once(self, signed_in: SignIn) -> None:
        client = signed_in(make.application().applicant)
        assert client.post("/join/withdraw").status_code == 302
        assert client.post("/join/withdraw").status_code == 409


@pytest.mark.django_db
class TestDeciding:
    def test_admits(self, signed_in: SignIn) -> None:
        application, board = make.application(), make.board()
        client = signed_in(board)
        assert application.applicant.name in client.get("/board/applications").text
        page = f"/board/applications/{application.pk}"
        assert "I photograph the sea." in client.get(page).text
        artists = make.share_class("C")
        client.post(f"{page}/admit", {"share_class": artists.pk})
        assert Membership.objects.get(user=application.applicant).share_class == artists

    def test_twice_says_so(self, signed_in: SignIn) -> None:
        application, client = make.application(), signed_in(make.board())
        page = f"/board/applications/{application.pk}"
        client.post(f"{page}/decline", {"reason": "No."})
        answer = client.post(f"{page}/decline", {"reason": "No!"})
        assert answer.status_code == 409
        assert "decided already" in answer.text

    def test_without_a_reason_says_so(self, signed_in: SignIn) -> None:
        application, client = make.application(), signed_in(make.board())
        answer = client.post(f"/board/applications/{application.pk}/decline", {"reason": " "})
        assert answer.status_code == 422

    def test_shows_images_to_the_board_and_the_applicant_alone(self, signed_in: SignIn) -> None:
        application = make.application()
        address = f"/portfolio/{application.images.get().pk}.jpg"
        for viewer in (make.board(), application.applicant):
            jpeg = signed_in(viewer).get(address).getvalue()
            assert jpeg.startswith(b"\xff\xd8")
        assert signed_in(make.artist()).get(address).status_code == 404
        assert Client().get(address).status_code == 302


@pytest.mark.django_db
class TestOffices:
    def test_are_granted_and_ended(self, signed_in: SignIn) -> None:
        person, client = make.user(), signed_in(make.board())
        grant = {"person": person.email, "role": "editor"}
        client.post("/board/roles/grant", grant)
        assert person.name in client.get("/board/roles").text
        client.post("/board/roles/revoke", {"person": person.handle, "role": "editor"})
        assert RoleGrant.objects.get(user=person).revoked_at is not None

    def test_are_refused_with_a_sentence(self, signed_in: SignIn) -> None:
        board = make.board()
        client = signed_in(board)
        own = client.post("/board/roles/grant", {"person": board.email, "role": "editor"})
        assert (own.status_code, "Nobody grants an office to themselves" in own.text) == (403, True)
        nobody = client.post("/board/roles/grant", {"person": "x@y.z", "role": "editor"})
        assert nobody.status_code == 422


@pytest.mark.django_db
class TestTheRegister:
    def test_shows_members_by_class(self, signed_in: SignIn) -> None:
        artist, staff = make.artist(name="Ada"), make.member(share_class="B", name="Bob")
        client = signed_in(artist)
        assert staff.name in client.get("/members").text
        assert staff.name not in client.get("/members?class=C").text

    def test_is_closed_to_others(self, signed_in: SignIn) -> None:
        assert signed_in(make.user()).get("/members").status_code == 403


@pytest.mark.django_db
class TestTheAccount:
    def test_changes_name_and_handle(self, signed_in: SignIn) -> None:
        user = make.user()
        signed_in(user).post("/account", {"name": "Ada", "handle": "ada"})
        user.refresh_from_db()
        assert (user.name, user.handle) == ("Ada", "ada")

    @pytest.mark.parametrize("handle", ["Ada L", "a", "-ada", "taken"])
    def test_refuses_a_handle_that_cannot_be(self, signed_in: SignIn, handle: str) -> None:
        make.user(name="taken")
        answer = signed_in(make.user()).post("/account", {"name": "Ada", "handle": handle})
        assert answer.status_code == 422

    def test_shows_membership_and_offices(self, signed_in: SignIn) -> None:
        text = signed_in(make.board()).get("/account").text
        assert "A · Founders" in text
        assert "Board" in text

    def test_leaves_the_co_op(self, signed_in: SignIn) -> None:
        artist = make.artist()
        client = signed_in(artist)
        assert "Leave now" in client.get("/account/leave").text
        client.post("/account/leave")
        artist.refresh_from_db()
        assert not artist.has_role(Role.MEMBER)

    def test_does_not_let_the_last_board_member_leave(self, signed_in: SignIn) -> None:
        answer = signed_in(make.founder()).post("/account/leave")
        assert answer.status_code == 409
        assert "The last board member stays" in answer.text


@pytest.mark.django_db
def test_notices_are_listed_and_marked_as_read(signed_in: SignIn) -> None:
    reader = make.user()
    notices.tell(recipient=reader, text="Hello there.", url="/account", at=make.LONG_AGO)
    client = signed_in(reader)
    assert "Hello there." in client.get("/notices").text
    client.post("/notices")
    assert reader.notices.unread().count() == 0
