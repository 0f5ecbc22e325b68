"""The embedded server's list of users."""

import json
import os
from pathlib import Path

from stockcoop.postgres import forget_the_dead

NEVER_A_PROCESS = 2**22 + 1


class TestTheUsersOfTheServer:
    def test_a_killed_process_is_forgotten_and_a_living_one_kept(self, tmp_path: Path) -> None:
        users = tmp_path / "users.json"
        users.write_text(json.dumps([NEVER_A_PROCESS, os.getpid()]))
        forget_the_dead(users)
        assert json.loads(users.read_text()) == [os.getpid()]

    def test_no_list_is_no_fault(self, tmp_path: Path) -> None:
        forget_the_dead(tmp_path / "users.json")
        assert not (tmp_path / "users.json").exists()

    def test_where_processes_cannot_be_seen_the_list_stays(self, tmp_path: Path) -> None:
        users = tmp_path / "users.json"
        users.write_text(json.dumps([NEVER_A_PROCESS]))
        forget_the_dead(users, processes=tmp_path / "nowhere")
        assert json.loads(users.read_text()) == [NEVER_A_PROCESS]
