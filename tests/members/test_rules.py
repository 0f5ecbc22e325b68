"""Roles and handles, without a database."""

from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from members.rules import handles, roles
from members.rules.portfolio import Limits, fault_of_count, fault_of_size
from members.rules.roles import Role


class TestRoles:
    def test_of_an_account_are_those_of_a_buyer(self) -> None:
        held = roles.held(active=True, member=False, uploads=False, offices=[])
        assert held == {Role.BUYER}

    def test_of_an_artist_need_a_class_that_uploads(self) -> None:
        held = roles.held(active=True, member=True, uploads=True, offices=["editor"])
        assert held == {Role.BUYER, Role.MEMBER, Role.ARTIST, Role.EDITOR}
        assert Role.ARTIST not in roles.held(active=True, member=False, uploads=True, offices=[])

    def test_are_none_when_the_account_is_closed(self) -> None:
        assert not roles.held(active=False, member=True, uploads=True, offices=["board"])

    def test_that_follow_from_the_register_cannot_be_granted(self) -> None:
        with pytest.raises(ValueError, match="not an office"):
            roles.held(active=True, member=False, uploads=False, offices=["artist"])


class TestHandles:
    @pytest.mark.parametrize(
        ("name", "handle"),
        [
            ("Ada Lovelace", "ada-lovelace"),
            ("José  Müller-Østerberg", "jose-muller-osterberg"),
            ("小林", "member"),
            ("Al", "al-art"),
            ("--", "member"),
        ],
    )
    def test_are_suggested_by_the_name(self, name: str, handle: str) -> None:
        assert handles.suggested(name) == handle

    @given(st.text(max_size=200))
    def test_suggested_are_well_formed_whatever_the_name(self, name: str) -> None:
        for handle in islice(handles.candidates(name), 100):
            assert handles.is_handle(handle)


class TestPortfolioLimits:
    def test_say_how_many_images_are_wanted(self) -> None:
        assert fault_of_count(3, least=3, most=10) is None
        assert "at least 3 images; there are 2" in str(fault_of_count(2, least=3, most=10))
        assert "at most 10 images; there are 11" in str(fault_of_count(11, least=3, most=10))

    def test_refuse_a_picture_too_large_to_open_or_too_small_to_judge(self) -> None:
        assert fault_of_size(6000, 4000, Limits()) is None
        assert "more than we open" in str(fault_of_size(30_000, 30_000, Limits()))
        assert "too small" in str(fault_of_size(5000, 1, Limits()))
