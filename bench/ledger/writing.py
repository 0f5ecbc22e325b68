"""Recording sales one by one, beside the bare SQL of the same rows; COPY of the same history."""

import multiprocessing
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection, connections

from media.models import Work
from royalties.rules.past import Past
from royalties.services import sales

CONNECTIONS = 8
COLUMNS = {
    "ledger_entry": "source, at, memo, size, digest",
    "ledger_posting": "entry_id, at, position, debit_id, credit_id, amount_minor, currency",
    "royalties_saleshare": "sale_id, member_id, weight, amount_minor",
}
# As the program's tables refer to one another.
TABLES = [
    "ledger_account", "ledger_entry", "ledger_posting", "royalties_sale", "royalties_saleshare"
]  # fmt: skip


def seconds(act: Callable[[Any], None], chunks: Sequence[Any]) -> float:
    """How long `act` takes over all of `chunks`, each in a process of its own."""
    connections.close_all()
    fork = multiprocessing.get_context("fork")
    barrier = fork.Barrier(len(chunks) + 1)
    running = [fork.Process(target=_one, args=(act, chunk, barrier)) for chunk in chunks]
    for process in running:
        process.start()
    barrier.wait()
    begun = time.perf_counter()
    for process in running:
        process.join()
    assert all(process.exitcode == 0 for process in running), "a process failed"
    return time.perf_counter() - begun


def _one(act: Callable[[Any], None], chunk: Any, barrier: Any) -> None:
    # The first query connects, which is not what is timed.
    connection.ensure_connection()
    barrier.wait()
    act(chunk)


def with_works(told: Sequence[Past]) -> list[tuple[Past, Work]]:
    """Each sale with its work, which who sells it has read before."""
    works = {str(w.uuid): w for w in Work.objects.filter(uuid__in={p.work for p in told})}
    return [(past, works[past.work]) for past in told]


def record(told: Sequence[tuple[Past, Work]]) -> None:
    """As the program does it: each sale a transaction."""
    for past, work in told:
        sales.record(
            reference=past.reference,
            work=work,
            licence_kind=past.licence_kind,
            price=past.price,
            gateway=past.gateway,
            buyer_name=past.buyer_name,
            at=past.sold_at,
        )


class Rows:
    """What `record` stored of sales, as values for plain INSERTs under other names."""

    def __init__(self, references: Sequence[str], rename: str) -> None:
        self.sale_columns = self._columns("royalties_sale")
        self.rename = rename
        self.sales = [self._sale(reference) for reference in references]

    @staticmethod
    def _columns(table: str) -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
                " AND column_name NOT IN ('id', 'reference', 'entry_id') ORDER BY 1",
                [table],
            )
            return [name for (name,) in cursor.fetchall()]

    def _sale(self, reference: str) -> dict[str, Any]:
        columns = ", ".join(f"{name}::text" for name in self.sale_columns)
        sale_id, entry_id, *sale = self._rows(
            f"SELECT id, entry_id, {columns} FROM royalties_sale WHERE reference = %s", reference
        )[0]
        return {
            "reference": f"{self.rename}{reference}",
            "sale": sale,
            "entry": self._rows(
                f"SELECT {COLUMNS['ledger_entry']} FROM ledger_entry WHERE id = %s", entry_id
            )[0],
            "postings": self._rows(
                f"SELECT {COLUMNS['ledger_posting']} FROM ledger_posting"
                " WHERE entry_id = %s ORDER BY position", entry_id,
            ),
            "shares": self._rows(
                f"SELECT {COLUMNS['royalties_saleshare']} FROM royalties_saleshare"
                " WHERE sale_id = %s", sale_id,
            ),
        }  # fmt: skip

    @staticmethod
    def _rows(query: str, value: str | int) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(query, [value])
            return list(cursor.fetchall())

    def write(self, chunk: Sequence[dict[str, Any]]) -> None:
        """Plain SQL by the driver, prepared: an INSERT a table, one transaction a sale."""
        names = ", ".join(["reference", "entry_id", *self.sale_columns])
        sale = (
            f"INSERT INTO royalties_sale ({names}) VALUES ({_places(len(self.sale_columns) + 2)})"
        )
        with psycopg.connect(**_parameters()) as link:
            link.prepare_threshold = 1
            for row in chunk:
                with link.transaction():
                    source, *entry = row["entry"]
                    (entry_id,) = link.execute(
                        f"INSERT INTO ledger_entry ({COLUMNS['ledger_entry']})"
                        " VALUES (%s, %s, %s, %s, %s) RETURNING id",
                        [self.rename + source, *entry],
                    ).fetchone()  # type: ignore[misc]
                    _insert(link, "ledger_posting", [(entry_id, *p[1:]) for p in row["postings"]])
                    (sale_id,) = link.execute(
                        sale + " RETURNING id", [row["reference"], entry_id, *row["sale"]]
                    ).fetchone()  # type: ignore[misc]
                    shares = [(sale_id, *s[1:]) for s in row["shares"]]
                    _insert(link, "royalties_saleshare", shares)


def _insert(link: "psycopg.Connection[Any]", table: str, rows: list[tuple[Any, ...]]) -> None:
    one = f"({_places(len(rows[0]))})"
    link.execute(
        f"INSERT INTO {table} ({COLUMNS[table]}) VALUES {', '.join([one] * len(rows))}",
        [value for row in rows for value in row],
    )


def _places(count: int) -> str:
    return ", ".join(["%s"] * count)


def _parameters() -> dict[str, Any]:
    told = connection.get_connection_params()
    return {name: told[name] for name in ("host", "port", "user", "dbname") if told.get(name)}


def copied_out(folder: Path) -> None:
    """What was brought in, as files for COPY."""
    with connection.cursor() as cursor:
        for table in TABLES:
            with (folder / table).open("wb") as file, cursor.copy(f"COPY {table} TO STDOUT") as out:
                for block in out:
                    file.write(block)


def copied_in(folder: Path, dbname: str) -> float:
    """Seconds in which COPY alone fills the same tables of another database, in one transaction."""
    begun = time.perf_counter()
    with psycopg.connect(**{**_parameters(), "dbname": dbname}) as link:
        for table in TABLES:
            with (
                (folder / table).open("rb") as file,
                link.cursor() as cursor,
                cursor.copy(f"COPY {table} FROM STDIN") as into,
            ):
                while block := file.read(1 << 20):
                    into.write(block)
    return time.perf_counter() - begun
