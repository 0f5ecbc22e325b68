"""The text of a search taken apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.rules.words import Wish, wishes


class TestWishes:
    @pytest.mark.parametrize(
        ("text", "read"),
        [
            ("red boat", (Wish(words=("red", "boat")),)),
            ('old "red boat"', (Wish(words=("old",), phrases=("red boat",)),)),
            ('"red boat', (Wish(phrases=("red boat",)),)),
            ('cat -dog -"hot dog"', (Wish(words=("cat",), absent=("dog", "hot dog")),)),
            ("-dog", (Wish(absent=("dog",)),)),
            ("blue-green", (Wish(phrases=("blue-green",)),)),
            ("cat OR dog", (Wish(words=("cat",)), Wish(words=("dog",)))),
            ('"cat or dog"', (Wish(phrases=("cat or dog",)),)),
            ("or cat or", (Wish(words=("cat",)),)),
            ("- & ! '", ()),
        ],
    )
    def test_are_words_phrases_and_what_must_not_be_there(
        self, text: str, read: tuple[Wish, ...]
    ) -> None:
        assert wishes(text) == read

    @given(st.text(max_size=80))
    def test_can_be_read_out_of_every_text_and_say_something(self, text: str) -> None:
        for wish in wishes(text):
            assert wish.text or wish.absent

    def test_a_text_that_must_be_there_leaves_the_order_of_phrases_out(self) -> None:
        assert Wish(words=("old",), phrases=("red boat",)).text == "old red boat"
