"""The rights ledger: what is allowed, what is recorded, who is warned."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from licensing.models import Licence, LicenceUse
from licensing.rules import book as book_rules
from licensing.rules import rights
from licensing.rules.offers import Choice, Quote
from licensing.rules.rights import Standing, Tally, Used
from licensing.services import endings, ledger, uses
from tests import make
from tests.licensing.pages import as_user, text
from tests.make.ledger import NOON
from tests.races import at_once

TODAY = NOON.date()


def licence_for(choice: Choice) -> Licence:
    return make.licence(works=[make.work_on_sale()], choice=choice)


def printed(licence: Licence, copies: int) -> None:
    uses.printed(
        licence=licence, copies=copies, what="Catalogue", on=TODAY, by=licence.buyer, at=NOON
    )


@given(recorded=st.integers(0, 10**7), allowed=st.integers(1, 10**7))
def test_a_quantity_is_over_only_above_the_bound_and_near_from_four_fifths_on(
    recorded: int, allowed: int
) -> None:
    standing = Tally(recorded, allowed, 8_000).standing
    assert (standing is Standing.OVER) is (recorded > allowed)
    assert (standing is Standing.NEAR) is (allowed * 8 <= recorded * 10 <= allowed * 10)


@pytest.mark.parametrize("allowed", [None, rights.UNLIMITED])
def test_nothing_is_over_where_there_is_no_figure(allowed: int | None) -> None:
    assert Tally(10**9, allowed, 8_000).standing is Standing.WITHIN


@given(st.lists(st.sampled_from(["Ana", "Ben"])))
def test_people_are_those_who_began_and_did_not_end(names: list[str]) -> None:
    here: set[str] = set()
    records: list[tuple[str, int]] = []
    for name in names:
        records.append((name, -1 if name in here else 1))
        here ^= {name}
    assert set(rights.people(records)) == here


@pytest.mark.django_db
class TestAllowed:
    @pytest.mark.parametrize(
        ("choice", "prints", "seats"),
        [
            (Choice("standard", "small"), 500_000, 10),
            (Choice("standard", "small", {"seats": 2}), 500_000, 30),
            (Choice("extended", "small"), 500_000, 100),
            (Choice("extended", "small", {"unlimited_print": 1}), 0, 100),
            (Choice("exclusive", "medium"), 0, 0),
        ],
    )
    def test_is_what_the_price_book_says_with_its_add_ons(
        self, choice: Choice, prints: int, seats: int
    ) -> None:
        licence = licence_for(choice)
        assert uses.tally(licence, Used.PRINTS).allowed == prints
        assert uses.tally(licence, Used.SEATS).allowed == seats

    def test_is_left_to_the_words_where_an_older_book_has_no_figure(self) -> None:
        book = make.price_book()
        content = {**book.content, "kinds": [dict(kind) for kind in book.content["kinds"]]}
        del content["kinds"][0]["prints"]
        old = book_rules.read(content, book.currency)
        quote = Quote(old.kinds[0], old.sizes[0], old.kinds[0].prices["small"], ())
        assert rights.allowed(quote, Used.PRINTS) is None


@pytest.mark.django_db
class TestRecording:
    def test_warns_once_near_and_once_over_and_refuses_nothing(self) -> None:
        licence = licence_for(Choice("standard", "small"))
        for copies in (399_999, 1, 100_000, 1, 5):
            printed(licence, copies)
        said = licence.buyer.notices.filter(text__contains="copies of").order_by("pk")
        assert [notice.text for notice in said] == [
            "400,000 of 500,000 copies of “Harbour at dawn”: that comes close to what the licence "
            "allows.",
            "500,001 of 500,000 copies of “Harbour at dawn”: that is more than the licence allows.",
        ]
        assert "More than allowed" in text(as_user(licence.buyer).get(reverse("licensing:rights")))

    def test_a_run_is_corrected_but_never_below_nothing(self) -> None:
        licence = licence_for(Choice("standard", "small"))
        printed(licence, 100)
        printed(licence, -40)
        assert uses.tally(licence, Used.PRINTS).recorded == 60
        with pytest.raises(uses.NotRecorded):
            printed(licence, -61)

    def test_a_person_is_counted_once_and_goes_again(self) -> None:
        licence = licence_for(Choice("standard", "small"))
        said = {"licence": licence, "who": "Ana", "on": TODAY, "by": licence.buyer, "at": NOON}
        uses.joined(**said)  # type: ignore[arg-type]
        with pytest.raises(uses.NotRecorded):
            uses.joined(**said)  # type: ignore[arg-type]
        uses.left(**said)  # type: ignore[arg-type]
        with pytest.raises(uses.NotRecorded):
            uses.left(**said)  # type: ignore[arg-type]
        assert uses.people(licence) == []
        assert LicenceUse.objects.count() == 2

    def test_records_stay_as_they_were_written(self) -> None:
        printed(licence_for(Choice("standard", "small")), 100)
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE licensing_licenceuse SET quantity = 1")

    def test_a_teams_managers_are_told_too(self) -> None:
        team = make.team()
        buyer, project = make.teammate(team=team).user, make.project(team=team)
        licence = make.licence(by=buyer, project=project)
        printed(licence, 500_001)
        assert make.manager_of(team).notices.filter(text__contains="more than").exists()


@pytest.mark.django_db
class TestPages:
    def test_records_by_a_form_and_says_what_is_missing(self) -> None:
        licence = licence_for(Choice("standard", "small"))
        browser = as_user(licence.buyer)
        address = reverse("licensing:uses", args=[licence.number])
        run = {"used": "prints", "copies": "1200", "what": "Catalogue", "on": str(TODAY)}
        assert "1,200 of 500,000" in text(browser.post(address, run, follow=True))
        assert browser.post(address, {**run, "what": ""}).status_code == 422
        person = {"used": "seats", "who": "Ana", "on": str(TODAY)}
        assert "Working with the file: Ana" in text(browser.post(address, person, follow=True))
        assert browser.post(address, person).status_code == 422

    def test_shows_a_project_to_its_team_and_to_nobody_else(self) -> None:
        team = make.team()
        project = make.project(team=team)
        buyer, mate = (make.teammate(team=team).user for _ in range(2))
        mine = make.licence(by=buyer, project=project, works=[make.work_on_sale(title="Quay")])
        make.licence(by=buyer, works=[make.work_on_sale(title="Meadow")])
        address = reverse("licensing:rights")
        shown = text(as_user(mate).get(address, {"project": str(project.uuid)}))
        assert mine.number in shown
        assert "Meadow" not in shown
        for query in ({"project": str(project.uuid)}, {"team": str(team.uuid)}, {"team": "?"}):
            assert as_user(make.buyer()).get(address, query).status_code == 404
        assert "Quay" not in text(as_user(buyer).get(address, {"q": "Meadow"}))

    def test_says_to_who_sees_prices_what_a_project_has_cost(self) -> None:
        team = make.team()
        project = make.project(team=team, budget=2_000)
        buyer = make.teammate(team=team).user
        make.licence(by=buyer, project=project)
        address = f"{reverse('licensing:rights')}?project={project.uuid}"
        said = "USD 15.00 spent of a budget of USD 20.00"
        assert said in text(as_user(make.manager_of(team)).get(address))
        assert "spent" not in text(as_user(buyer).get(address))

    def test_says_that_a_licence_ended(self) -> None:
        licence = licence_for(Choice("standard", "small"))
        endings.revoke(line=licence.line, reason="Twice", at=NOON + timedelta(1))
        assert "Ended" in text(as_user(licence.buyer).get(reverse("licensing:rights")))

    def test_gives_the_same_as_csv_without_formulas(self) -> None:
        work = make.work_on_sale(title="=1+1")
        licence = make.licence(works=[work])
        printed(licence, 7)
        content = as_user(licence.buyer).get(reverse("licensing:rights_csv")).content
        header, row = csv.reader(io.StringIO(content.decode("utf-8-sig")))
        cells = dict(zip(header, row, strict=True))
        assert tuple(header) == ledger.HEADER
        assert cells["work"] == "'=1+1"
        assert (cells["prints"], cells["prints allowed"]) == ("7", "500000")
        assert cells["permits"].startswith("Use worldwide and for ever")


@pytest.mark.django_db(transaction=True)
def test_corrections_at_once_do_not_go_below_nothing() -> None:
    licence = licence_for(Choice("standard", "small"))
    printed(licence, 100)
    at_once(lambda _: printed(licence, -60), 3)
    assert uses.tally(licence, Used.PRINTS).recorded == 40
