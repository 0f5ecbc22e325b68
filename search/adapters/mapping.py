"""How Elasticsearch keeps a document: its one mapping, and the document written for it.

Only what the core of the server has is used, and the analysis that every distribution brings.
"""

from typing import Any

from search.rules.engine import Document
from search.rules.facets import FACETS

# A word in a title counts ten times as much as one in the description.
WEIGHTS = ("title^10", "keywords^4", "artist^4", "description")
FIELDS = ("title", "keywords", "artist", "description")
APART = "\x1f"  # between the folded form of a suggestion and the form that is shown

_LONGEST_KEYWORD = 1000  # characters; four bytes each still fit into a term

# Those of PostgreSQL, so that both engines find the same words too common.
_STOP_WORDS = (
    "i me my myself we our ours ourselves you your yours yourself yourselves he him his himself "
    "she her hers herself it its itself they them their theirs themselves what which who whom "
    "this that these those am is are was were be been being have has had having do does did doing "
    "a an the and but if or because as until while of at by for with about against between into "
    "through during before after above below to from up down in out on off over under again "
    "further then once here there when where why how all any both each few more most other some "
    "such no nor not only own same so than too very s t can will just don should now"
)

SETTINGS: dict[str, Any] = {
    "number_of_shards": 1,
    "analysis": {
        "filter": {
            "common_words": {"type": "stop", "stopwords": _STOP_WORDS.split()},
            "stems": {"type": "stemmer", "language": "porter2"},
        },
        "analyzer": {
            "words": {
                "type": "custom",
                "tokenizer": "standard",
                "filter": ["lowercase", "asciifolding", "common_words", "stems"],
            },
            "spelling": {
                "type": "custom",
                "tokenizer": "standard",
                "filter": ["lowercase", "asciifolding"],
            },
        },
    },
}

_KEYWORD = {"type": "keyword", "ignore_above": _LONGEST_KEYWORD}
_WORDS = {"type": "text", "analyzer": "words"}

# What is not named is kept and not searched, so that a new facet is no fault before a rebuild.
MAPPING: dict[str, Any] = {
    "dynamic": False,
    "properties": {
        "id": _KEYWORD,
        "digest": {**_KEYWORD, "index": False},
        "published_at": {"type": "date_nanos"},
        "title": {**_WORDS, "copy_to": "spelling"},
        # Far apart, so that no phrase reaches over from one to the next.
        "keywords": {**_WORDS, "copy_to": "spelling", "position_increment_gap": 100},
        "artist": _WORDS,
        "description": _WORDS,
        "spelling": {"type": "text", "analyzer": "spelling", "norms": False},
        "phrases": _KEYWORD,
        "suggestions": {**_KEYWORD, "eager_global_ordinals": True},
        "facets": {
            "properties": {
                facet.name: {**_KEYWORD, "eager_global_ordinals": True} for facet in FACETS
            }
        },
        # For pictures that look alike; the first vector decides how many numbers it has.
        "look": {"type": "dense_vector", "index": True, "similarity": "cosine"},
    },
}


def written(document: Document) -> dict[str, Any]:
    """The document as the mapping wants it."""
    phrases = document.phrases()
    values: dict[str, list[str]] = {}
    for name, value in document.facets:
        values.setdefault(name, []).append(value)
    return {
        "id": str(document.id),
        "digest": document.digest(),
        "published_at": document.published_at.isoformat(),
        "title": document.title,
        "keywords": list(document.keywords),
        "artist": document.artist_name,
        "description": document.description,
        "phrases": list(phrases),
        "suggestions": [f"{folded}{APART}{shown}" for folded, shown in phrases.items()],
        "facets": values,
    }
