"""What a buyer may narrow a search by: one table, read by the URL, the index and the page."""

from dataclasses import dataclass

from media.rules.kinds import Kind, Orientation
from members.rules.handles import is_handle


@dataclass(frozen=True)
class Option:
    """A value of a facet, as it stands in URL and index, and the words a reader sees.

    `swatch` is a CSS colour that stands for the value on the page, where it is one.
    """

    value: str
    label: str
    swatch: str = ""


@dataclass(frozen=True)
class Facet:
    """A property of a work to choose by.

    `name` is the URL parameter and the field of the index. `options` are all values there are, in
    the order of the page; a facet without options is open: its values are artists' handles.
    """

    name: str
    label: str
    options: tuple[Option, ...] = ()

    @property
    def is_open(self) -> bool:
        return not self.options

    def accepts(self, value: str) -> bool:
        if self.is_open:
            return is_handle(value)
        return any(option.value == value for option in self.options)


KIND = Facet("kind", "Kind", (Option(Kind.PHOTO, "Photographs"), Option(Kind.VIDEO, "Film")))
ORIENTATION = Facet(
    "orientation",
    "Orientation",
    tuple(Option(each, each.capitalize()) for each in Orientation),
)
USAGE = Facet(
    "usage",
    "Use",
    (Option("commercial", "Commercial"), Option("editorial", "Editorial only")),
)
COLOUR = Facet(
    "colour",
    "Colour",
    (
        Option("red", "Red", "#c43a2f"),
        Option("orange", "Orange", "#e0812e"),
        Option("yellow", "Yellow", "#e8c63c"),
        Option("green", "Green", "#4f8a44"),
        Option("teal", "Teal", "#2f8f8c"),
        Option("blue", "Blue", "#3769b5"),
        Option("purple", "Purple", "#7d4fa3"),
        Option("pink", "Pink", "#dd7fa4"),
        Option("brown", "Brown", "#7d5a3c"),
        Option("black", "Black", "#161616"),
        Option("grey", "Grey", "#8b8b8b"),
        Option("white", "White", "#f7f7f5"),
    ),
)
ARTIST = Facet("artist", "Artist")

FACETS: tuple[Facet, ...] = (KIND, ORIENTATION, USAGE, COLOUR, ARTIST)
BY_NAME = {facet.name: facet for facet in FACETS}
