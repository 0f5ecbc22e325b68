"""Lengths and spans as people read them."""

from datetime import timedelta

import pytest

from media.rules.figures import size_in_words, span_in_words


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1 kB"),
        (8_388_608, "8.4 MB"),
        (500_000_000, "500 MB"),
        (999_999_999, "1 GB"),
        (10**10, "10 GB"),
        (10**16, "10000 TB"),
    ],
)
def test_sizes_are_told_in_units_of_a_thousand(count: int, words: str) -> None:
    assert size_in_words(count) == words


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(minutes=40), "40 min"),
        (timedelta(hours=7, minutes=10), "7 h"),
        (timedelta(hours=47), "47 h"),
        (timedelta(hours=70), "3 days"),
    ],
)
def test_spans_are_told_coarsely(span: timedelta, words: str) -> None:
    assert span_in_words(span) == words
