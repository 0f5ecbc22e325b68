"""By-laws: data that also reads."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from governance.models import ByLaws
from governance.rules.bylaws import Voting, percent, readable
from governance.services import establish
from tests import make
from tests.make.governance import SURPLUS, VOTING

LATER = make.LONG_AGO + timedelta(days=30)


class TestReading:
    def test_puts_the_figures_into_the_words(self) -> None:
        voting, surplus = readable([VOTING, SURPLUS])
        assert voting.paragraphs == (
            "A vote lasts 7 days; the quorum is 50 % of classes A, B and C.",
        )
        assert surplus.clauses[0] == "5 % to class A, in equal parts."

    def test_refuses_a_word_without_a_figure(self) -> None:
        with pytest.raises(ValueError, match="tithe_bp"):
            readable([{"title": "Church", "text": "{tithe_bp} of it."}])

    @pytest.mark.parametrize(
        ("bp", "words"), [(0, "0 %"), (1, "0.01 %"), (1250, "12.5 %"), (10_000, "100 %")]
    )
    def test_writes_basis_points_as_percent(self, bp: int, words: str) -> None:
        assert percent(bp) == words


class TestTheVotingArticle:
    def test_is_read_into_a_value(self) -> None:
        voting = Voting.of([SURPLUS, VOTING])
        assert voting.period == timedelta(days=7)
        assert voting.electorate == ("A", "B", "C")

    @pytest.mark.parametrize(
        "fault",
        [
            {"quorum_bp": 10_001},
            {"majority_bp": 10_000},
            {"voting_days": 0},
            {"notice_days": -1},
            {"electorate": []},
            {"quorum_bp": None},
        ],
    )
    def test_that_cannot_be_applied_is_refused(self, fault: dict[str, Any]) -> None:
        with pytest.raises(ValueError, match=r"vot|quorum"):
            Voting.of([{**VOTING, **fault}])

    @pytest.mark.parametrize("articles", [[SURPLUS], [VOTING, VOTING]])
    def test_is_there_exactly_once(self, articles: list[dict[str, Any]]) -> None:
        with pytest.raises(ValueError, match="articles named 'voting'"):
            Voting.of(articles)


@pytest.mark.django_db
class TestVersions:
    def test_are_added_only_by_a_change(self) -> None:
        make.bylaws()
        establish.establish({"governance": {"bylaws": [VOTING, SURPLUS]}}, at=LATER)
        assert ByLaws.objects.count() == 1
        make.bylaws(at=LATER, voting={"quorum_bp": 100})
        assert ByLaws.objects.in_force(make.LONG_AGO).number == 1
        assert ByLaws.objects.in_force(LATER).number == 2

    def test_are_written_once(self) -> None:
        bylaws = make.bylaws()
        with pytest.raises(TypeError, match="written once"):
            bylaws.save()
        with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
            ByLaws.objects.update(number=7)
