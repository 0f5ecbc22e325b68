"""Counting a vote, without a database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.rules import tally
from governance.rules.tally import Choice

OPTIONS = (Choice("a", "Plan A"), Choice("b", "Plan B"))
COUNTS = st.fixed_dictionaries(
    {code: st.integers(0, 60) for code in ("a", "b", tally.NONE, tally.ABSTAIN)}
)
SHARES = st.integers(0, tally.WHOLE - 1)


def decide(electors: int = 10, quorum_bp: int = 0, majority_bp: int = 5000, **counts: int) -> bool:
    return tally.outcome(
        counts, electors=electors, quorum_bp=quorum_bp, majority_bp=majority_bp
    ).passed


class TestThePaper:
    def test_of_a_plain_question_says_yes_no_abstain(self) -> None:
        assert [choice.code for choice in tally.choices([])] == ["yes", "no", "abstain"]

    def test_of_options_says_each_or_none_or_abstain(self) -> None:
        codes = [choice.code for choice in tally.choices(OPTIONS)]
        assert codes == ["a", "b", "none", "abstain"]


class TestQuorum:
    def test_counts_abstentions(self) -> None:
        assert decide(yes=1, no=0, abstain=4, quorum_bp=5000)

    def test_is_missed_by_one_ballot(self) -> None:
        assert not decide(yes=4, no=0, abstain=0, quorum_bp=5000)

    def test_rounds_up(self) -> None:
        assert tally.quorum(11, 1000) == 2

    def test_is_one_ballot_at_least(self) -> None:
        assert not decide(electors=0, yes=0, no=0, abstain=0)


class TestMajority:
    def test_needs_more_than_half_of_the_votes_cast(self) -> None:
        assert decide(yes=3, no=2, abstain=5)
        assert not decide(yes=2, no=3, abstain=5)

    def test_of_two_thirds_is_reached_by_exactly_two_thirds(self) -> None:
        assert decide(yes=6, no=3, abstain=1, majority_bp=6666)
        assert not decide(yes=5, no=3, abstain=2, majority_bp=6666)

    def test_is_not_reached_by_a_tie(self) -> None:
        assert not decide(yes=5, no=5, abstain=0)
        assert not decide(a=4, b=4, none=0, abstain=0, majority_bp=3000)

    def test_is_not_reached_when_all_abstain(self) -> None:
        assert not decide(yes=0, no=0, abstain=10)

    def test_against_never_adopts(self) -> None:
        assert not decide(a=1, b=1, none=8, abstain=0)

    def test_of_an_option_is_of_all_votes_not_only_the_best_two(self) -> None:
        assert not decide(a=4, b=3, none=3, abstain=0)
        assert decide(a=6, b=3, none=1, abstain=0)


class TestCounting:
    def test_takes_the_last_ballot_of_each_elector(self) -> None:
        ballots = [(1, "a"), (2, "a"), (1, "b")]
        assert tally.count(ballots, ["a", "b"]) == {"a": 1, "b": 1}

    def test_refuses_what_was_not_on_the_paper(self) -> None:
        with pytest.raises(ValueError, match="not on the paper"):
            tally.count([(1, "c")], ["a", "b"])

    @given(st.lists(st.tuples(st.integers(1, 9), st.sampled_from("ab"))))
    def test_counts_each_elector_once(self, ballots: list[tuple[int, str]]) -> None:
        assert sum(tally.count(ballots, "ab").values()) == len({who for who, _ in ballots})


@given(COUNTS, st.integers(0, 60), SHARES, SHARES)
def test_a_passed_vote_has_quorum_majority_and_one_leader(
    counts: dict[str, int], absent: int, quorum_bp: int, majority_bp: int
) -> None:
    electors = sum(counts.values()) + absent
    outcome = tally.outcome(counts, electors=electors, quorum_bp=quorum_bp, majority_bp=majority_bp)
    cast = sum(counts.values()) - counts[tally.ABSTAIN]
    if outcome.passed:
        votes = counts[outcome.winner]
        assert outcome.winner in {"a", "b"}
        assert sum(counts.values()) * tally.WHOLE >= electors * quorum_bp
        assert votes * tally.WHOLE > cast * majority_bp
        others = [
            number for code, number in counts.items() if code not in {outcome.winner, tally.ABSTAIN}
        ]
        assert all(votes > number for number in others)
    else:
        assert outcome.winner == ""


@given(COUNTS, SHARES)
def test_one_more_vote_for_the_winner_never_makes_it_lose(
    counts: dict[str, int], majority_bp: int
) -> None:
    electors = sum(counts.values()) + 1
    before = tally.outcome(counts, electors=electors, quorum_bp=0, majority_bp=majority_bp)
    if before.passed:
        more = {**counts, before.winner: counts[before.winner] + 1}
        after = tally.outcome(more, electors=electors, quorum_bp=0, majority_bp=majority_bp)
        assert after.winner == before.winner
