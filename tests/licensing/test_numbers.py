import random
import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licensing.rules import numbers
from licensing.rules.numbers import ALPHABET, LENGTH, BadNumber

fresh = st.integers(0, 2**32).map(lambda seed: numbers.compose(random.Random(seed).choice))


@given(fresh)
def test_a_number_is_read_however_it_is_typed(number: str) -> None:
    assert numbers.parse(f" {number.lower().replace('-', ' ')} ") == number


@given(fresh)
def test_letters_that_look_like_digits_are_read_as_those(number: str) -> None:
    misread = number.replace("1", "I").replace("0", "O").replace("V", "U").replace("2", "z")
    assert numbers.parse(misread) == number


@given(fresh, st.integers(0, LENGTH - 1), st.sampled_from(ALPHABET))
def test_every_single_wrong_symbol_is_noticed(number: str, place: int, symbol: str) -> None:
    symbols = list(number.replace("-", ""))
    if symbols[place] != symbol:
        symbols[place] = symbol
        with pytest.raises(BadNumber) as refusal:
            numbers.parse("".join(symbols))
        assert refusal.value.message == (
            "This number holds a slip: please compare it with the certificate."
        )


@given(fresh, st.integers(0, LENGTH - 1), st.integers(0, LENGTH - 1))
def test_every_swap_of_two_symbols_is_noticed(number: str, one: int, other: int) -> None:
    symbols = list(number.replace("-", ""))
    if symbols[one] != symbols[other]:
        symbols[one], symbols[other] = symbols[other], symbols[one]
        with pytest.raises(BadNumber, match="slip"):
            numbers.parse("".join(symbols))


@pytest.mark.parametrize("text", ["", "123", "7K3M-9QXA-B2CD-0", "7K3M-9QXA-B2C!", "é" * 12])
def test_what_has_another_shape_is_no_number(text: str) -> None:
    with pytest.raises(BadNumber, match="12 letters and digits"):
        numbers.parse(text)


def test_numbers_do_not_repeat() -> None:
    assert len({numbers.compose(secrets.choice) for _ in range(2000)}) == 2000
