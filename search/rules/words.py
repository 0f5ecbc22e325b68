"""The text of a search taken apart, for engines that cannot read it themselves."""

import re
from dataclasses import dataclass

_PARTS = re.compile(r'(?P<minus>-?)(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')


@dataclass(frozen=True)
class Wish:
    """What a work must have: all `words` somewhere, each phrase in its order, nothing `absent`.

    A word with a sign in it, as "blue-green", is a phrase. `absent` are words or phrases.
    """

    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """All that must be there, phrases without their order."""
        return " ".join((*self.words, *self.phrases))


def wishes(text: str) -> tuple[Wish, ...]:
    """The wishes of which a work must fulfil one: they stand apart by a bare "or".

    None at all when the text has no word.
    """
    made: list[Wish] = []
    words: list[str] = []
    phrases: list[str] = []
    absent: list[str] = []

    def end() -> None:
        if words or phrases or absent:
            made.append(Wish(tuple(words), tuple(phrases), tuple(absent)))
        for each in (words, phrases, absent):
            each.clear()

    for part in _PARTS.finditer(text):
        phrase, word, minus = part["phrase"], part["word"], part["minus"]
        said = (word if phrase is None else phrase).strip()
        if not any(char.isalnum() for char in said):
            continue
        if word and word.lower() == "or" and not minus:
            end()
        elif minus:
            absent.append(said)
        elif phrase is not None or not said.isalnum():
            phrases.append(said)
        else:
            words.append(said)
    end()
    return tuple(made)
