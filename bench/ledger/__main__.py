"""`python -m bench.ledger [sales] [members]`: money at the size of a large co-op.

On a PostgreSQL of its own: five years of sales are brought in, beside COPY of the same rows into
the same tables of a second database; sales are recorded over 8 connections, beside the bare SQL of
the same rows, in turn; then statements, a month's close, a year's surplus and balances are read.
Prints each figure, and all of them as JSON in its last line.
"""

import json
import os
import resource
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from secrets import token_urlsafe
from statistics import median, quantiles
from typing import Any, TypeVar

import django
from django.core.management import call_command

from services import postgres
from services.processes import Processes

T = TypeVar("T")
ROUNDS = 8  # each comes first in half of them
RECORDED = 400  # sales by each connection in a round
PAGES = 300


def main(sales: int, members: int) -> None:
    """Start, fill, measure, print, stop."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name, Processes(Path(name)) as processes:
        Path(name).chmod(0o755)  # PostgreSQL runs as another user
        os.environ |= postgres.start(processes, Path(name) / "postgres")
        os.environ |= {"DJANGO_SETTINGS_MODULE": "stockcoop.settings", "VAR": name}
        # Not DEBUG, in which Django keeps every query.
        os.environ |= {"SECRET_KEY": token_urlsafe(64), "HTTPS": "0", "EMAIL_URL": "console:"}
        os.environ |= {"PRACTICE_GATEWAY_ALLOWED": "1", "BASE_URL": "http://localhost"}
        django.setup()
        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        figures: dict[str, float] = {}
        _run(figures, Path(name), sales, members)
        print(json.dumps({key: round(value, 3) for key, value in figures.items()}))


def _run(figures: dict[str, float], folder: Path, sales: int, members: int) -> None:
    from bench.ledger import coop

    _establish()
    people = coop.members(members)
    works = coop.works(people, max(members, sales // 20))
    print(f"{members} members, {len(works)} works, {sales} sales in {coop.YEARS} years")
    _bring_in(figures, folder, works, sales)
    _record(figures, works)
    _read(figures, people)


def _establish() -> None:
    from governance.services import establish as bylaws
    from members.services import establish as classes
    from royalties.services import establish as rates

    data = tomllib.loads(Path("stockcoop/coop.toml").read_text())
    for package in (classes, bylaws, rates):
        package.establish(data, at=datetime(2020, 1, 1, tzinfo=UTC))


def _bring_in(figures: dict[str, float], folder: Path, works: list[str], sales: int) -> None:
    from django.db import connection, connections

    from bench.ledger import coop, writing
    from royalties.services import history

    database = connection.settings_dict["NAME"]
    connections.close_all()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    _sql("CREATE DATABASE copied TEMPLATE " + database, database="template1")
    told = coop.history(works, sales)
    before = _memory()
    first, _ = _timed(lambda: history.take_in(islice(told, sales // 10)))
    _roll_up()
    early = _balances()
    rest, _ = _timed(lambda: history.take_in(told))
    took = first + rest
    _tell(figures, "imported_per_s", sales / took, "sales a second brought in")
    _tell(figures, "import_mb", _memory() - before, "MB more memory for it")
    writing.copied_out(folder)
    copy = writing.copied_in(folder, "copied")
    _sql("DROP DATABASE copied", database="template1")
    _tell(figures, "copied_per_s", sales / copy, "sales a second by COPY")
    _tell(figures, "ratio_to_copy", took / copy, "times as long as COPY (goal: 2)")
    _sql("VACUUM ANALYZE")
    _roll_up()
    late = _balances()
    _tell(figures, "balance_early_ms", early, "ms for the fullest balance after a tenth")
    _tell(figures, "balance_ms", late, "ms for the same after all")


def _balances() -> float:
    from ledger.services import balances

    return 1000 * median(_timed(lambda: balances.of("gateway:practice"))[0] for _ in range(9))


def _roll_up() -> None:
    from ledger.services import subtotals

    while subtotals.roll_up() or not _rolled():
        time.sleep(0.1)


def _rolled() -> bool:
    from ledger.models import Entry, Mark

    newest = Entry.objects.order_by("-pk").values_list("pk", flat=True).first()
    return Mark.objects.get().upto == newest


def _record(figures: dict[str, float], works: list[str]) -> None:
    """Both write the same sales, under other names, which were recorded once before.

    Who comes second finds warm what the first one read, and writes no whole pages to the log after
    the first one did: so they take turns in coming first, and each begins after a checkpoint.
    """
    from bench.ledger import coop, writing

    size = writing.CONNECTIONS * RECORDED
    told = writing.with_works(coop.some(works, ROUNDS * size))
    _written(writing.record, told)
    ratios, rates = [], []
    for turn in range(ROUNDS):
        sold = told[turn * size : (turn + 1) * size]
        again = [(replace(past, reference=f"again:{past.reference}"), work) for past, work in sold]
        rows = writing.Rows([past.reference for past, _ in sold], "bare:")
        if turn % 2:
            ours, bare = _written(writing.record, again), _written(rows.write, rows.sales)
        else:
            bare, ours = _written(rows.write, rows.sales), _written(writing.record, again)
        ratios.append(ours / bare)
        rates.append(size / ours)
        print(f"  round {turn + 1}: {size / ours:.0f} sales a second, bare SQL {size / bare:.0f}")
    _tell(figures, "sales_per_s", median(rates), "sales a second over 8 connections")
    _tell(figures, "ratio_to_sql", median(ratios), "times as long as bare SQL (goal: 2)")


def _written(act: Callable[[Any], None], items: list[Any]) -> float:
    """How long `act` takes over `items` on all connections, from a checkpoint on."""
    from bench.ledger import writing

    _sql("CHECKPOINT")
    return writing.seconds(act, _dealt(items, writing.CONNECTIONS))


def _dealt(items: list[T], hands: int) -> list[list[T]]:
    return [items[hand::hands] for hand in range(hands)]


def _read(figures: dict[str, float], people: list[int]) -> None:
    from bench.ledger import reading

    _roll_up()
    pages = reading.statement_pages(people, PAGES)
    _tell(figures, "statement_p50_ms", 1000 * median(pages), "ms for a statement's page, median")
    _tell(figures, "statement_p95_ms", 1000 * quantiles(pages, n=20)[-1], "ms, p95 (goal: 100)")
    fullest = reading.fullest_page()
    _tell(figures, "statement_fullest_ms", 1000 * fullest, "ms for the fullest one")
    before = _memory()
    took, issued = _timed(reading.close_month)
    _tell(figures, "month_close_s", took, f"s to issue {issued} statements (goal: 60)")
    _tell(figures, "month_close_mb", _memory() - before, "MB more memory for it")
    took, shares = _timed(reading.share_out)
    _tell(figures, "surplus_s", took, f"s to close a year and share it among {shares} (goal: 10)")


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _timed(act: Callable[[], T]) -> tuple[float, T]:
    begun = time.perf_counter()
    result = act()
    return time.perf_counter() - begun, result


def _tell(figures: dict[str, float], name: str, value: float, words: str) -> None:
    figures[name] = value
    print(f"{value:10.2f} {words}", flush=True)


def _sql(statement: str, database: str = "") -> None:
    import psycopg
    from django.db import connection, connections

    told = connection.get_connection_params()
    connections.close_all()
    where = {name: told[name] for name in ("host", "port", "user", "dbname") if told.get(name)}
    where |= {"dbname": database} if database else {}
    with psycopg.connect(**where, autocommit=True) as link:
        link.execute(statement)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
