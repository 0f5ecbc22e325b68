"""Elasticsearch put together from its Maven artifacts, once per version.

The artifacts lack the command line and the modules of the distribution: `Main.java` starts a
node, `Analysis.java` registers the analysis that the site uses.
"""

import hashlib
import os
import shutil
import tempfile
import zipfile
from pathlib import Path

from services import cache

VERSION = "8.19.5"
SOURCES = Path(__file__).parent
_NETTY = "transport-netty4"
_PLUGIN = f"META-INF/es-plugins/{_NETTY}/"
# The package of Debian that has a program.
_PACKAGES = {"java": "openjdk-17-jdk-headless", "javac": "openjdk-17-jdk-headless", "mvn": "maven"}


def built() -> Path:
    """A folder with `lib` (the server), `modules` (of its home) and `classes` (the start).

    Raises CannotBuild.
    """
    made = cache.folder() / "elasticsearch" / f"{VERSION}-{_fingerprint()}"
    if made.exists():
        return made
    _need_programs()
    cache.say(f"Putting Elasticsearch {VERSION} together (once; this may take a minute) ...")
    made.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=made.parent) as name:
        folder = Path(name) / "made"
        _download(folder / "lib")
        _netty(folder)
        _analysis(folder)
        _compile(folder, [SOURCES / "Main.java"], folder / "classes")
        if not made.exists():
            folder.rename(made)
    return made


def modules(folder: Path) -> list[str]:
    """The options of java and javac that say where the server's modules are."""
    return ["--module-path", str(folder / "lib"), "--add-modules=ALL-MODULE-PATH"]


def _fingerprint() -> str:
    """Of everything that the build is made from, so that a change is built anew."""
    kinds = {".java", ".xml", ".properties"}
    files = sorted(path for path in SOURCES.iterdir() if path.suffix in kinds)
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:8]


def _need_programs() -> None:
    missing = sorted({_PACKAGES[name] for name in _PACKAGES if not shutil.which(name)})
    if not missing:
        return
    wanted = " ".join(missing)
    if os.geteuid() or not shutil.which("apt-get"):
        raise cache.CannotBuild(f"Elasticsearch needs Java 17 and Maven: apt-get install {wanted}")
    cache.say(f"Installing {wanted} (once) ...")
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    cache.run(["apt-get", "update", "--quiet"], quiet)
    cache.run(["apt-get", "install", "--yes", "--no-install-recommends", *missing], quiet)


def _download(lib: Path) -> None:
    """The server's jars and those of its transport; Maven keeps its own cache of them."""
    copy = ["dependency:copy-dependencies", f"-DoutputDirectory={lib}"]
    cache.run(["mvn", "--batch-mode", "--quiet", "--file", str(SOURCES / "pom.xml"), *copy])


def _netty(folder: Path) -> None:
    """The transport as a module of the server's home: it must not lie beside the server too."""
    home = folder / "modules" / _NETTY
    home.mkdir(parents=True)
    for jar in [*(folder / "lib").glob(f"{_NETTY}-*.jar"), *(folder / "lib").glob("netty-*.jar")]:
        shutil.move(jar, home)
    with zipfile.ZipFile(next(home.glob(f"{_NETTY}-*.jar"))) as jar_file:
        for name in jar_file.namelist():
            if name.startswith(_PLUGIN) and not name.endswith("/"):
                (home / name.removeprefix(_PLUGIN)).write_bytes(jar_file.read(name))


def _analysis(folder: Path) -> None:
    """Our analysis as another module."""
    home = folder / "modules" / "analysis-common"
    home.mkdir()
    classes = folder / "analysis"
    _compile(folder, [SOURCES / "Analysis.java"], classes)
    shutil.make_archive(str(home / "analysis"), "zip", classes)
    (home / "analysis.zip").rename(home / "analysis.jar")
    shutil.rmtree(classes)
    shutil.copy(SOURCES / "plugin-descriptor.properties", home)


def _compile(folder: Path, sources: list[Path], target: Path) -> None:
    options = ["-proc:none", "-nowarn", "-d", str(target), *modules(folder)]
    cache.run(["javac", *options, *map(str, sources)])
