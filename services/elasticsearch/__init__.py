"""Elasticsearch, the real server, run by a JVM on a port of the loopback address."""

import shutil
from pathlib import Path

from services.elasticsearch import build
from services.processes import Processes, answers_ok, free_port
from services.server import Server

_STARTS_WITHIN_S = 180


def prepare() -> None:
    """Download its jars and compile what starts it, if that has not been done."""
    build.built()


def start(processes: Processes, folder: Path) -> dict[str, str]:
    """An empty server, without passwords: whoever reaches the loopback address may use it."""
    port = free_port()
    make(folder)
    run(processes, folder, port)
    return {"ELASTICSEARCH_URL": f"http://127.0.0.1:{port}"}


def make(folder: Path) -> None:
    """A home for a node in `folder`, with no index in it."""
    for name in ("config", "data", "logs", "plugins", "tmp"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    shutil.copy(build.SOURCES / "log4j2.properties", folder / "config")
    shutil.copytree(build.built() / "modules", folder / "modules", dirs_exist_ok=True)


def run(processes: Processes, folder: Path, port: int) -> None:
    """Run the node in `folder` on `port` until it answers; again after a crash, too."""
    made = build.built()
    command = ["java", "-Xms512m", "-Xmx512m", "-XX:+UseSerialGC"]
    command += ["-Djava.security.manager=allow", f"-Djava.io.tmpdir={folder / 'tmp'}"]
    command += [*build.modules(made), "-cp", str(made / "classes"), "Main"]
    command += [str(folder), str(port), str(free_port())]
    processes.start("elasticsearch", command)
    health = f"http://127.0.0.1:{port}/_cluster/health?wait_for_status=yellow&timeout=4s"
    processes.await_answer("elasticsearch", answers_ok(health), seconds=_STARTS_WITHIN_S)


SERVER = Server("elasticsearch", ("ELASTICSEARCH_URL",), prepare, start)
