"""A search in Elasticsearch's words, and its answer in ours."""

import re
from typing import Any

from elasticsearch.dsl import A, Q, Search
from elasticsearch.dsl.query import Query as Clause

from search.adapters.mapping import APART, FIELDS, WEIGHTS
from search.rules.engine import MOST_COUNTS, Count
from search.rules.facets import FACETS, Facet
from search.rules.fold import fold
from search.rules.query import PAGE_SIZE, Query, Sort
from search.rules.words import Wish, wishes

LATEST = ("-published_at", "id")

_EXACTLY = 1000.0  # more than all words of a text can add up to
_SURVEYED = 200  # values that each shard counts before the most frequent are taken
_RESERVED = re.compile(r"([^\w\s])")

Answer = dict[str, Any]


def page(query: Query) -> Search[Any]:
    """One page of `query` and the counts of all facets.

    The choices filter after the counting (post_filter), so that each count can leave the choice
    of its own facet aside.
    """
    search: Search[Any] = Search()
    search = search.query(_text(query)) if query.text else search.query("match_all")
    if query.chosen:
        search = search.post_filter(_choices(query))
    for facet in FACETS:
        counted = search.aggs.bucket(facet.name, A("filter", _choices(query, but=facet)))
        counted.bucket("values", _most_frequent(facet))
        if facet.is_open and query.values(facet):
            chosen = list(query.values(facet))
            counted.bucket("chosen", "terms", field=_field(facet), include=chosen, size=len(chosen))
    order = ["_score"] if query.sort is Sort.RELEVANCE else []
    search = search.sort(*order, *LATEST)
    search = search.extra(track_total_hits=True, from_=query.offset, size=PAGE_SIZE)
    return search.source(False)


def counts(query: Query, answer: Answer) -> dict[str, tuple[Count, ...]]:
    """The counts by facet; none where there is no index yet."""
    counted = answer.get("aggregations", {})
    return {facet.name: _listed(query, facet, counted.get(facet.name, {})) for facet in FACETS}


def words(text: str) -> Clause:
    """Documents that have all words of `text`, in whatever field; all of them if it has none."""
    return Q("combined_fields", query=text, fields=FIELDS, operator="and", zero_terms_query="all")


def starting_with(prefix: str) -> str:
    """The regular expression of Lucene for terms that start with `prefix`."""
    return _RESERVED.sub(r"\\\1", prefix) + ".*"


def suggested(answer: Answer) -> tuple[str, ...]:
    """The phrases of an answer as they are shown, the most frequent first, each once."""
    works: dict[str, int] = {}
    shown: dict[str, str] = {}
    for bucket in answer.get("aggregations", {}).get("phrases", {}).get("buckets", []):
        folded, _, form = bucket["key"].partition(APART)
        works[folded] = works.get(folded, 0) + bucket["doc_count"]
        shown[folded] = min(form, shown.get(folded, form))
    ranked = sorted(works, key=lambda folded: (-works[folded], len(folded), folded))
    return tuple(shown[folded] for folded in ranked)


def meant(answer: Answer, place: str, word: str) -> str:
    """`word` if a document has it, else the likeliest one to have been meant, else `word`."""
    known = answer.get("aggregations", {}).get("known", {}).get("buckets", {})
    if known.get(place, {}).get("doc_count"):
        return word
    entries = answer.get("suggest", {}).get(place, [])
    options = entries[0]["options"] if len(entries) == 1 else []
    return str(options[0]["text"]) if options else word


def _text(query: Query) -> Clause:
    alternatives = [_wish(wish) for wish in wishes(query.text)]
    if not alternatives:
        return Q("match_none")
    found = Q("bool", should=alternatives, minimum_should_match=1)
    if query.sort is not Sort.RELEVANCE:
        return Q("bool", filter=[found])
    exactly = Q("term", phrases=fold(query.text).strip('"'))
    return Q("bool", must=[found], should=[Q("constant_score", filter=exactly, boost=_EXACTLY)])


def _wish(wish: Wish) -> Clause:
    """All words decide on the rank; phrases and absent words only on whether it is found."""
    must = Q("combined_fields", query=wish.text, fields=WEIGHTS, operator="and")
    return Q(
        "bool",
        must=[must] if wish.text else [],
        filter=[_phrase(phrase, zero_terms_query="all") for phrase in wish.phrases],
        must_not=[_phrase(absent) for absent in wish.absent],
    )


def _phrase(text: str, **options: str) -> Clause:
    return Q("multi_match", query=text, fields=FIELDS, type="phrase", **options)


def _choices(query: Query, but: Facet | None = None) -> Clause:
    """What the chosen values leave; without those of the facet `but`."""
    return Q(
        "bool",
        filter=[
            Q("terms", **{_field(facet): list(query.values(facet))})
            for facet in query.facets()
            if facet != but
        ],
    )


def _field(facet: Facet) -> str:
    return f"facets.{facet.name}"


def _most_frequent(facet: Facet) -> Any:
    size = MOST_COUNTS if facet.is_open else len(facet.options)
    return A("terms", field=_field(facet), size=size, shard_size=_SURVEYED)


def _listed(query: Query, facet: Facet, counted: Answer) -> tuple[Count, ...]:
    """The most frequent values, and of an open facet the chosen ones too, with 0 if need be."""
    chosen = query.values(facet) if facet.is_open else ()
    works = dict.fromkeys(chosen, 0)
    for buckets in ("values", "chosen"):
        for bucket in counted.get(buckets, {}).get("buckets", []):
            works[bucket["key"]] = bucket["doc_count"]
    ranked = sorted(works.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(Count(value, number) for value, number in ranked)
