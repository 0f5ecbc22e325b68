"""The index follows the works."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from threading import Event, Thread
from time import sleep
from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import connections, transaction

from media.models import Work
from search import jobs
from search.rules.engine import Change, Engine, Fresh
from search.rules.query import Query
from search.services import documents, engines, turns
from search.services.finding import find
from search.services.follow import follow
from search.services.rebuild import differences, mend, rebuild
from stockcoop.env import Elasticsearch
from tests import make
from tests.search import obstacles
from tests.search.engine_contract import elsewhere
from tests.search.locks import locked
from tests.search.works import published, withdraw

pytestmark = pytest.mark.django_db(transaction=True)


on_each_engine = pytest.mark.usefixtures("each_engine")


@pytest.fixture
def engine() -> Engine:
    return engines.current()


def indexed(engine: Engine) -> set[UUID]:
    return {id for id, _ in engine.contents()}


def caught_up() -> bool:
    """Whether following comes to where nothing is left to read.

    The server's own housekeeping (an ANALYZE, say) can hold the horizon back for a moment; what
    lies beyond it is read again until that ends.
    """
    for _ in range(100):
        if follow() == 0:
            return True
        sleep(0.1)
    return False


@contextmanager
def uncommitted_change(work: Work) -> Iterator[Event]:
    """A change of `work` in a transaction on another connection, open until the event is set."""
    made, end = Event(), Event()

    def change() -> None:
        with transaction.atomic():
            Work.objects.filter(pk=work.pk).update(title="Changed late")
            made.set()
            assert end.wait(timeout=20)
        connections.close_all()

    thread = Thread(target=change)
    thread.start()
    assert made.wait(timeout=20)
    try:
        yield end
    finally:
        end.set()
        thread.join(timeout=20)


@on_each_engine
class TestFollow:
    def test_puts_published_works_and_no_others(self, engine: Engine) -> None:
        work = published(title="Harbour", keywords=["boat"], colour_names=["blue", "teal"])
        Work.objects.create(owner=work.owner, original_name="x.jpg", created_at=make.LONG_AGO)
        follow()
        assert indexed(engine) == {work.uuid}
        found = engine.find(Query("boat", (("colour", "teal"), ("artist", work.owner.handle))))
        assert found.ids == (work.uuid,)

    def test_drops_what_was_withdrawn(self, engine: Engine) -> None:
        work = published(title="Harbour")
        follow()
        withdraw(work)
        follow()
        assert engine.find(Query("harbour")).total == 0

    def test_reads_each_change_once(self) -> None:
        published()
        assert follow() == 1
        assert caught_up()

    def test_reads_many_works_in_small_steps(self) -> None:
        steps = list(documents.in_batches(range(2 * documents.BATCH + 1)))
        assert [len(step) for step in steps] == [documents.BATCH, documents.BATCH, 1]
        assert [number for step in steps for number in step] == list(range(1001))

    def test_never_misses_a_change_that_commits_later_than_its_neighbours(
        self, engine: Engine
    ) -> None:
        late, early = published(title="First"), published(title="Second")
        follow()
        with uncommitted_change(late) as end:
            Work.objects.filter(pk=early.pk).update(title="Changed early")
            follow()
            assert engine.find(Query("changed early")).ids == (early.uuid,)
            assert engine.find(Query("changed late")).total == 0
            end.set()
        follow()
        assert engine.find(Query("changed late")).ids == (late.uuid,)
        assert list(differences()) == []

    def test_a_follower_that_trusts_the_newest_change_it_saw_would_miss_it(self) -> None:
        late, early = published(), published()
        with uncommitted_change(late) as end:
            Work.objects.filter(pk=early.pk).update(title="Changed early")
            seen = Work.objects.get(pk=early.pk).change_xid + 1
            end.set()
        late.refresh_from_db()
        assert late.title == "Changed late"
        assert late.change_xid < seen

    def test_two_at_once_leave_the_index_to_one(self) -> None:
        published()
        turn = connections.create_connection("default")
        try:
            turn.set_autocommit(False)
            with turn.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [turns.NUMBER])
            assert follow() == 0
        finally:
            turn.rollback()
            turn.close()
        assert follow() == 1

    def test_catches_up_after_the_index_was_lost(self, engine: Engine) -> None:
        work = published()
        follow()
        with engine.rebuilding():
            pass
        assert indexed(engine) == set()
        follow()
        assert indexed(engine) == {work.uuid}

    def test_rebuilds_when_the_position_is_from_another_server(self, engine: Engine) -> None:
        work = published()
        engine.apply(Change(position=2**60))
        follow()
        assert indexed(engine) == {work.uuid}
        assert engine.position() <= Work.objects.horizon()


@on_each_engine
class TestResults:
    def test_a_withdrawn_work_is_not_shown_even_before_the_index_knows(self) -> None:
        gone, here = published(title="Harbour"), published(title="Harbour")
        follow()
        withdraw(gone)
        assert find(query=Query("harbour")).works == (here,)

    def test_nothing_found_offers_what_was_meant(self) -> None:
        published(keywords=["mountain"])
        follow()
        assert find(query=Query("moutain")).instead == "mountain"
        assert find(query=Query("mountain")).instead == ""


@on_each_engine
class TestRebuild:
    def test_holds_every_published_work_and_follows_from_there(self, engine: Engine) -> None:
        work, gone = published(), published()
        rebuild()
        withdraw(gone)
        assert follow() >= 1
        assert indexed(engine) == {work.uuid}

    def test_loses_nothing_that_changes_while_it_is_made(self) -> None:
        old, gone = published(title="Old"), published()
        follow()

        class Interrupted:
            """The engine, with things happening after all works were read."""

            def __init__(self, engine: Engine) -> None:
                self._engine = engine

            @contextmanager
            def rebuilding(self) -> Iterator[Fresh]:
                with self._engine.rebuilding() as fresh:
                    yield fresh
                    elsewhere(lambda: Work.objects.filter(pk=old.pk).update(title="New"))
                    elsewhere(lambda: withdraw(gone))

            def __getattr__(self, name: str) -> Any:
                return getattr(self._engine, name)

        rebuild(engine=Interrupted(engines.current()))
        follow()
        assert find(query=Query("new")).works == (old,)
        assert list(differences()) == []

    def test_names_what_is_missing_too_much_or_other(self, engine: Engine) -> None:
        missing, extra, other, same = (published() for _ in range(4))
        follow()
        withdraw(extra)
        Work.objects.filter(pk=other.pk).update(title="Another title")
        engine.apply(Change(position=engine.position(), drop=(missing.uuid,)))
        assert {each.sentence for each in differences()} == {
            f"Work {missing.uuid} is published, but not in the index.",
            f"Work {other.uuid} has changed, but not in the index.",
            f"Work {extra.uuid} is in the index, but not published.",
        }
        assert mend() == 3
        assert list(differences()) == []
        assert indexed(engine) == {missing.uuid, other.uuid, same.uuid}

    def test_mending_notices_an_artist_s_new_name(self, engine: Engine) -> None:
        work = published()
        assert caught_up()
        type(work.owner).objects.filter(pk=work.owner_id).update(name="Zenobia")
        assert follow() == 0
        assert mend() == 1
        assert engine.find(Query("zenobia")).ids == (work.uuid,)


@on_each_engine
class TestCommand:
    def test_verify_names_each_difference_and_fails(self) -> None:
        work = published()
        said = StringIO()
        with pytest.raises(CommandError, match="differ in 1 work"):
            call_command("index", "verify", stderr=said)
        assert str(work.uuid) in said.getvalue()

    @pytest.mark.parametrize("what", ["rebuild", "follow", "verify"])
    def test_says_in_a_sentence_that_the_engine_is_down(self, settings: Any, what: str) -> None:
        with obstacles.refused() as url:
            settings.ELASTICSEARCH = Elasticsearch(url, "works")
            with pytest.raises(CommandError, match="Search is resting"):
                call_command("index", what)

    def test_rebuild_makes_verify_pass(self) -> None:
        published()
        said = StringIO()
        call_command("index", "rebuild", stdout=said)
        call_command("index", "verify", stdout=said)
        call_command("index", "follow", stdout=said)
        assert "1 works are in the index" in said.getvalue()
        assert "equal" in said.getvalue()


class TestJobs:
    @on_each_engine
    def test_follow_and_mend_when_the_worker_calls(self, engine: Engine) -> None:
        work = published()
        jobs.follow(timestamp=0)
        assert indexed(engine) == {work.uuid}
        type(work.owner).objects.filter(pk=work.owner_id).update(name="Zenobia")
        jobs.mend(timestamp=0)
        assert list(differences()) == []

    def test_wait_when_the_engine_is_down(self) -> None:
        published()
        with locked("search_position"):
            jobs.follow(timestamp=0)
            jobs.mend(timestamp=0)
        assert follow() == 1

    def test_wait_when_the_server_is_down(self, settings: Any) -> None:
        published()
        with obstacles.refused() as url:
            settings.ELASTICSEARCH = Elasticsearch(url, "works")
            jobs.follow(timestamp=0)
            jobs.mend(timestamp=0)
        settings.ELASTICSEARCH = None
        assert follow() == 1
