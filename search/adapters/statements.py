"""The SQL of the PostgreSQL engine. Parameters are named; tables are those of `search.models`."""

POSITION = "SELECT xid FROM search_position"
HELD_POSITION = POSITION + " FOR UPDATE"

MATCHES_TEXT = "vector @@ websearch_to_tsquery('search_english', %(text)s)"

# Weights of labels D, C, B, A. Flag 1 tempers long texts, so that stuffing keywords does not pay.
RANK = (
    "ts_rank('{0, 0.1, 0.4, 1}', vector, websearch_to_tsquery('search_english', %(text)s), 1)"
    " + (phrases && ARRAY[%(folded)s])::int"
)

PAGE = """
SELECT id FROM search_indexedwork WHERE {where}
ORDER BY {order} published_at DESC, id LIMIT %(limit)s OFFSET %(offset)s
"""

BY_RANK = f"{RANK} DESC,"

# The total comes as the count of no term at all.
COUNTS = """
WITH matched AS MATERIALIZED (SELECT terms FROM search_indexedwork WHERE {where})
SELECT '' AS term, count(*) AS works FROM matched
UNION ALL
SELECT term, count(*) AS works FROM matched, unnest(terms) AS term
WHERE term LIKE %(prefix)s GROUP BY term
"""

DROP_DOCUMENTS = """
WITH gone AS (
    DELETE FROM search_indexedwork WHERE id = ANY(%(ids)s) RETURNING phrases
), fewer AS (
    SELECT folded, count(*) AS works FROM gone, unnest(phrases) AS folded GROUP BY folded
), lessened AS (
    UPDATE search_phrase SET works = search_phrase.works - fewer.works
    FROM fewer WHERE search_phrase.folded = fewer.folded
    RETURNING search_phrase.folded
)
SELECT folded FROM lessened
"""

DROP_PHRASES = "DELETE FROM search_phrase WHERE works = 0 AND folded = ANY(%(folded)s)"

# A stop word before each keyword keeps a phrase from reaching over from one to the next.
ADD_DOCUMENTS = """
INSERT INTO search_indexedwork (id, digest, published_at, phrases, terms, vector)
SELECT id, digest, published_at, phrases, terms,
    setweight(to_tsvector('search_english', title), 'A')
    || setweight(to_tsvector('search_english', 'the ' || array_to_string(keywords, ' the ')), 'B')
    || setweight(to_tsvector('search_english', 'the ' || artist_name), 'B')
    || setweight(to_tsvector('search_english', 'the ' || description), 'C')
FROM jsonb_to_recordset(%(documents)s) AS given(
    id uuid, digest text, published_at timestamptz, phrases text[], terms text[],
    title text, keywords text[], artist_name text, description text
)
"""

ADD_PHRASES = """
INSERT INTO search_phrase (folded, shown, works)
SELECT folded, min(shown), count(*)
FROM jsonb_to_recordset(%(phrases)s) AS given(folded text, shown text)
GROUP BY folded
ON CONFLICT (folded) DO UPDATE SET works = search_phrase.works + excluded.works
"""

SUGGEST = """
SELECT shown FROM search_phrase
WHERE folded LIKE %(pattern)s AND works > 0
ORDER BY works DESC, length(folded), folded
LIMIT %(limit)s
"""

NEAREST_WORD = """
SELECT folded FROM search_phrase
WHERE folded %% %(word)s AND folded NOT LIKE '%% %%'
ORDER BY similarity(folded, %(word)s) DESC, works DESC, folded
LIMIT 1
"""

IS_KNOWN = """
SELECT EXISTS (
    SELECT FROM search_indexedwork
    WHERE vector @@ plainto_tsquery('search_english', %(word)s)
) OR numnode(plainto_tsquery('search_english', %(word)s)) = 0
"""

# Only the rarest few phrases of a work are compared: "people" says nothing of what is alike.
SIMILAR = """
WITH telling AS (
    SELECT phrase.folded, phrase.works
    FROM search_indexedwork AS work
    JOIN search_phrase AS phrase ON phrase.folded = ANY(work.phrases)
    WHERE work.id = %(id)s AND phrase.works > 1
    ORDER BY phrase.works, phrase.folded
    LIMIT 8
)
SELECT other.id
FROM search_indexedwork AS other
JOIN telling ON telling.folded = ANY(other.phrases)
WHERE other.phrases && ARRAY(SELECT folded FROM telling) AND other.id <> %(id)s
GROUP BY other.id
ORDER BY sum(1.0 / telling.works) DESC, max(other.published_at) DESC, other.id
LIMIT %(limit)s
"""
