"""Figures of a running process, kept in memory and read by `/metrics`.

What is counted in the database is not counted here: each package tells it in its
`services/figures.py`.
"""

from prometheus_client import Histogram

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

REQUESTS = Histogram(
    "stockcoop_request_seconds",
    "Time from a request to the beginning of its answer",
    ["method", "route", "status"],
    buckets=_SECONDS,
)
SEARCHES = Histogram(
    "stockcoop_search_seconds",
    "Time that the search engine took to answer a search; outcome is found or down",
    ["outcome"],
    buckets=_SECONDS,
)
