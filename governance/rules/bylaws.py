"""By-laws as data: what the voting article says, and how any article reads.

By-laws are a list of articles. An article is a table: `name` (for the program), `title`, `text`
(a paragraph or a list of them), figures, and lists of tables that are its clauses, each with a
text of its own. `{name}` in a text stands for the figure
of that name in the same table, so words and figures cannot differ.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from governance.rules.tally import WHOLE


@dataclass(frozen=True, slots=True)
class Voting:
    """The voting article. Shares in basis points; `electorate`: codes of share classes."""

    quorum_bp: int
    majority_bp: int
    notice: timedelta
    period: timedelta
    electorate: tuple[str, ...]

    @classmethod
    def of(cls, articles: Sequence[Mapping[str, Any]]) -> "Voting":
        """The voting article of the by-laws. Raises ValueError when it cannot be applied."""
        article = named("voting", articles)
        try:
            voting = cls(
                quorum_bp=int(article["quorum_bp"]),
                majority_bp=int(article["majority_bp"]),
                notice=timedelta(days=int(article["notice_days"])),
                period=timedelta(days=int(article["voting_days"])),
                electorate=tuple(article["electorate"]),
            )
        except (KeyError, TypeError) as error:
            raise ValueError(f"the voting article lacks {error}") from error
        if not 0 <= voting.quorum_bp <= WHOLE or not 0 <= voting.majority_bp < WHOLE:
            raise ValueError("quorum_bp is 0 to 10000, majority_bp 0 to 9999")
        if voting.notice < timedelta(0) or voting.period <= timedelta(0) or not voting.electorate:
            raise ValueError("a vote has an electorate, notice_days >= 0 and voting_days >= 1")
        return voting


def named(name: str, articles: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The one article of this name. Raises ValueError when there is none, or several."""
    found = [article for article in articles if article.get("name") == name]
    if len(found) != 1:
        raise ValueError(f"the by-laws have {len(found)} articles named {name!r}")
    return found[0]


@dataclass(frozen=True, slots=True)
class Article:
    """An article as it reads: title and paragraphs, the clauses last."""

    title: str
    paragraphs: tuple[str, ...]
    clauses: tuple[str, ...]


def readable(articles: Sequence[Mapping[str, Any]]) -> list[Article]:
    """The articles in words, in their order. Raises ValueError for a figure that is missing."""
    return [
        Article(
            title=str(article["title"]),
            paragraphs=tuple(_texts(article)),
            clauses=tuple(
                text
                for value in article.values()
                if _is_clauses(value)
                for clause in value
                for text in _texts(clause)
            ),
        )
        for article in articles
    ]


def percent(bp: int) -> str:
    """Basis points in words: 2000 is "20 %", 1250 is "12.5 %"."""
    whole, rest = divmod(bp, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") + " %"


def _texts(table: Mapping[str, Any]) -> list[str]:
    texts = table.get("text", [])
    return [_filled(text, table) for text in ([texts] if isinstance(texts, str) else texts)]


def _filled(text: str, figures: Mapping[str, Any]) -> str:
    def figure(match: re.Match[str]) -> str:
        name = match[1]
        if name not in figures:
            raise ValueError(f"the by-laws speak of {{{name}}}, which has no figure beside it")
        return _in_words(name, figures[name])

    return re.sub(r"\{(\w+)\}", figure, text)


def _in_words(name: str, value: Any) -> str:
    if name.endswith("_bp"):
        return percent(value)
    if name.endswith("_days"):
        return f"{value} day" if value == 1 else f"{value} days"
    if isinstance(value, Sequence) and not isinstance(value, str):
        *first, last = map(str, value)
        return f"{', '.join(first)} and {last}" if first else last
    return str(value)


def _is_clauses(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, Mapping) for item in value)
