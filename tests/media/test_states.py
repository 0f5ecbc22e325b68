"""The table of legal moves, and the database holding every work to it."""

from itertools import product

import pytest
from django.db import IntegrityError, connection, transaction

from media.models import Work
from media.rules.states import MOVES, State, may_move
from tests import make

pytestmark = pytest.mark.django_db


def _work_in(state: State) -> Work:
    """A row put into `state` behind the trigger's back: no service leads to some pairs."""
    work = Work.objects.create(owner=make.user(), original_name="x.jpg", created_at=make.LONG_AGO)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE media_work SET state = %s, sha256 = 'x', original_key = 'x', width = 1,"
            " height = 1, refusal = 'x', published_at = now(), withdrawn_at = now()"
            " WHERE id = %s",
            [state, work.pk],
        )
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    return work


@pytest.mark.parametrize(("before", "after"), [p for p in product(State, State) if p[0] != p[1]])
def test_the_database_knows_the_same_moves_as_the_table(before: State, after: State) -> None:
    work = _work_in(before)
    change = Work.objects.filter(pk=work.pk)
    if may_move(before, after):
        assert change.update(state=after) == 1
    else:
        with pytest.raises(IntegrityError, match="no work moves"), transaction.atomic():
            change.update(state=after)


@pytest.mark.parametrize("state", [state for state in State if state is not State.UPLOADING])
def test_a_work_begins_as_uploading(state: State) -> None:
    with pytest.raises(IntegrityError, match="begins as uploading"):
        Work.objects.create(
            owner=make.user(), original_name="x.jpg", created_at=make.LONG_AGO, state=state
        )


def test_the_table_names_every_state() -> None:
    assert set(MOVES) == set(State)


def test_an_illegal_move_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="No work moves"):
        Work.objects.all().move(State.REFUSED, State.PUBLISHED)
