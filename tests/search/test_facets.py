"""The facets and the words of media agree."""

from media.rules import colours
from media.rules.kinds import Kind, Orientation
from search.rules.facets import ARTIST, COLOUR, FACETS, KIND, ORIENTATION, Facet


def values(facet: Facet) -> list[str]:
    return [option.value for option in facet.options]


class TestFacets:
    def test_offer_every_value_that_a_work_can_have(self) -> None:
        assert values(COLOUR) == list(colours.NAMES)
        assert values(KIND) == list(Kind)
        assert values(ORIENTATION) == list(Orientation)

    def test_have_a_colour_to_show_for_each_colour(self) -> None:
        assert all(option.swatch for option in COLOUR.options)

    def test_take_no_value_but_their_own(self) -> None:
        assert COLOUR.accepts("blue")
        assert not COLOUR.accepts("blurple")
        assert ARTIST.accepts("ana-ortiz")
        assert not ARTIST.accepts("Ana Ortiz")

    def test_have_names_that_are_no_other_parameter(self) -> None:
        assert {facet.name for facet in FACETS}.isdisjoint({"q", "sort", "page"})
