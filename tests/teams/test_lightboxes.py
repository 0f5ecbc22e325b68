"""Lightboxes: collecting, ordering, taking out and back, showing."""

import pytest
from django.test import Client
from django.urls import reverse

from teams.models import Collected, Lightbox
from teams.services import lightboxes
from tests import make
from tests.licensing.pages import as_user, text, withdraw
from tests.make.ledger import NOON
from tests.races import at_once

pytestmark = pytest.mark.django_db


def titles(box: Lightbox) -> list[str]:
    return [row.work.title for row in box.collected.present()]


def box_of(*names: str) -> Lightbox:
    owner = make.buyer()
    box = lightboxes.begin(name="Harbours", owner=owner, at=NOON)
    for name in names:
        work = make.work_on_sale(title=name)
        lightboxes.collect(user=owner, work=work, lightbox=box, at=NOON)
    return box


class TestOrder:
    @pytest.mark.parametrize(
        ("moved", "place", "after"),
        [(0, 2, "BCA"), (2, 0, "CAB"), (1, 1, "ABC"), (0, 99, "BCA"), (2, 1, "ACB")],
    )
    def test_a_work_goes_where_it_is_put(self, moved: int, place: int, after: str) -> None:
        box = box_of("A", "B", "C")
        lightboxes.move(collected=list(box.collected.present())[moved], place=place)
        assert "".join(titles(box)) == after

    def test_a_work_that_was_taken_out_comes_back_where_it_was(self) -> None:
        box = box_of("A", "B", "C")
        row = list(box.collected.present())[1]
        lightboxes.note(collected=row, text="For the cover")
        lightboxes.take_out(collected=row, at=NOON)
        assert titles(box) == ["A", "C"]
        lightboxes.put_back(collected=row)
        assert titles(box) == ["A", "B", "C"]
        assert box.collected.get(pk=row.pk).note == "For the cover"

    def test_a_work_is_there_once(self) -> None:
        box = box_of("A", "B")
        work = box.collected.present()[0].work
        lightboxes.collect(user=box.owner, work=work, lightbox=box, at=NOON)
        assert titles(box) == ["A", "B"]


class TestPages:
    def test_one_press_collects_into_a_first_box_and_then_into_the_one_used_last(self) -> None:
        buyer, work, other = make.buyer(), make.work_on_sale(), make.work_on_sale()
        for wanted in (work, other):
            address = reverse("teams:collect", args=[wanted.uuid])
            said = as_user(buyer).post(address, headers={"HX-Request": "true"})
            assert lightboxes.FIRST_NAME in text(said)
        assert Lightbox.objects.get(owner=buyer).collected.count() == 2

    def test_who_is_not_signed_in_is_sent_to_sign_in(self, client: Client) -> None:
        address = reverse("teams:collect", args=[make.work_on_sale().uuid])
        answer = client.post(address, headers={"HX-Request": "true"})
        assert answer["HX-Redirect"].startswith(reverse("account_login"))
        assert client.post(address)["Location"].startswith(reverse("account_login"))

    def test_the_page_moves_removes_and_undoes_without_a_script(self) -> None:
        box = box_of("A", "B")
        browser, row = as_user(box.owner), box.collected.present()[0]
        address = reverse("teams:collected", args=[row.pk])
        browser.post(address, {"place": "1"})
        assert titles(box) == ["B", "A"]
        removed = browser.post(address, {"remove": ""}, follow=True)
        assert "“A” is out of this lightbox." in text(removed)
        browser.post(address, {"undo": ""})
        assert titles(box) == ["B", "A"]

    def test_an_empty_box_and_a_withdrawn_work_are_said_so(self) -> None:
        box = box_of("A")
        address = reverse("teams:lightbox", args=[box.uuid])
        withdraw(box.collected.get().work)
        assert "Withdrawn" in text(as_user(box.owner).get(address))
        lightboxes.take_out(collected=box.collected.get(), at=NOON)
        assert "This lightbox is empty" in text(as_user(box.owner).get(address))

    def test_a_link_shows_it_to_strangers_until_it_is_revoked(self, client: Client) -> None:
        box = box_of("A", "B")
        withdraw(box.collected.present()[0].work)
        address = reverse("teams:shared", args=[lightboxes.share(lightbox=box)])
        answer = client.get(address)
        assert ">B</a>" in text(answer)
        assert ">A</a>" not in text(answer)
        assert answer["Referrer-Policy"] == "no-referrer"
        lightboxes.unshare(lightbox=box)
        assert client.get(address).status_code == 404

    def test_a_team_shares_what_its_owner_shares_with_it(self) -> None:
        box, team = box_of("A"), make.team()
        mate = make.teammate(team=team).user
        address = reverse("teams:lightbox", args=[box.uuid])
        assert as_user(mate).get(address).status_code == 404
        lightboxes.describe(lightbox=box, name="Harbours", notes="", team=team)
        assert as_user(mate).get(address).status_code == 200
        for name in ("teams:describe", "teams:share"):
            own = reverse(name, args=[box.uuid])
            assert as_user(mate).post(own, {"name": "Theirs"}).status_code == 404

    def test_a_box_is_chosen_by_page_and_one_of_somebody_else_is_not(self) -> None:
        box, work = box_of("A"), make.work_on_sale(title="B")
        address = reverse("teams:collect", args=[work.uuid])
        assert "Harbours" in text(as_user(box.owner).get(address))
        for wrong in ("?", str(box_of().uuid)):
            assert as_user(box.owner).post(address, {"box": wrong}).status_code == 422
        as_user(box.owner).post(address, {"box": str(box.uuid)})
        assert titles(box) == ["A", "B"]

    def test_nobody_shares_with_a_team_that_they_are_not_in(self) -> None:
        box, team = box_of("A"), make.team()
        address = reverse("teams:describe", args=[box.uuid])
        answer = as_user(box.owner).post(address, {"name": "Mine", "team": str(team.uuid)})
        assert answer.status_code == 422
        assert Lightbox.objects.get(pk=box.pk).team is None


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_first_presses_at_once_make_one_box_that_holds_all(self) -> None:
        buyer, works = make.buyer(), [make.work_on_sale() for _ in range(4)]
        at_once(lambda n: lightboxes.collect(user=buyer, work=works[n], lightbox=None, at=NOON), 4)
        box = Lightbox.objects.get(owner=buyer)
        places = Collected.objects.filter(lightbox=box).values_list("position", flat=True)
        assert sorted(places) == [0, 1, 2, 3]
