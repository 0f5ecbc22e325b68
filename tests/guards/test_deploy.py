"""What is shipped to run the site elsewhere keeps its promises, as far as files can tell."""

import copy
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import yaml

from stockcoop import __version__
from stockcoop.env import ROOT, Env
from stockcoop.packages import PACKAGES
from tests.kernel.test_env import Asked

OURS = (*PACKAGES, "operation", "stockcoop", "demo")
GUNICORN = {"PORT", "WEB_CONCURRENCY"}
SECRET = re.compile("KEY|PASSWORD|SECRET|TOKEN|DATABASE_URL|ELASTICSEARCH_URL|EMAIL_URL")
Document = dict[str, Any]


def known() -> set[str]:
    """The variables that the program reads."""
    asked = Asked()
    Env.read(asked)
    return asked.names | GUNICORN


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def example() -> dict[str, str]:
    return dict(re.findall(r"^(\w+)=(.*)$", text(".env.example"), re.MULTILINE))


class TestImage:
    lines = text("Dockerfile").replace("\\\n", " ").splitlines()

    def test_is_built_from_versions_and_hashes(self) -> None:
        bases = [line.split()[1] for line in self.lines if line.startswith("FROM ")]
        assert len(bases) == 2
        assert all(re.fullmatch(r"[a-z/]+:\d[\w.-]*", base) for base in bases)
        (install,) = [line for line in self.lines if "pip install" in line]
        assert "--require-hashes" in install

    def test_runs_as_nobody_in_particular(self) -> None:
        (user,) = [line for line in self.lines if line.startswith("USER ")]
        assert re.fullmatch(r"USER [1-9]\d{4}:[1-9]\d{4}", user)
        assert self.lines.index(user) > max(
            number for number, line in enumerate(self.lines) if line.startswith(("RUN", "COPY"))
        )

    def test_starts_the_web_server_as_everybody_does(self) -> None:
        assert 'CMD ["gunicorn"]' in self.lines
        assert any("/livez" in line for line in self.lines)

    def test_holds_the_program_and_nothing_else(self) -> None:
        everything, *rules = [
            line for line in text(".dockerignore").splitlines() if line and line[0] != "#"
        ]
        assert everything == "*"
        let_in = {rule[1:] for rule in rules if rule.startswith("!")}
        files = {"docs/recompute.py", "gunicorn.conf.py", "manage.py", "pyproject.toml"}
        assert let_in == {*OURS, *files, "requirements.txt"}

    def test_sets_only_what_the_program_reads(self) -> None:
        stage = " ".join(self.lines).split("FROM ")[-1]
        names = set(re.findall(r"\b([A-Z_]+)=", stage))
        assert names <= known() | {"PATH", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}


def compose_faults(file: Document) -> Iterator[str]:
    """What a service of the compose file does that it should not."""
    for name, service in file["services"].items():
        if not re.fullmatch(r"[\w./-]+:[\w.-]+", service["image"]) or "latest" in service["image"]:
            yield f"{name} has no version"
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source[0] not in "./" and source not in file["volumes"]:
                yield f"{name} mounts {source}, which nobody declares"
        for published in service.get("ports", []):
            if name != "proxy" and not published.startswith("127.0.0.1:"):
                yield f"{name} can be reached from outside"
        if service["image"].startswith("stockcoop:"):
            yield from _site_faults(name, service)


def _site_faults(name: str, service: Document) -> Iterator[str]:
    for variable in sorted(set(service["environment"]) - known()):
        yield f"{name} sets {variable}, which nobody reads"
    if not service.get("read_only") or service.get("cap_drop") != ["ALL"]:
        yield f"{name} may do more than it needs"
    if name == "web" and "command" in service:
        yield "web is started in a way of its own"


PLANTED_IN_COMPOSE: dict[str, Callable[[Document], object]] = {
    "web has no version": lambda web: web.update(image="stockcoop:latest"),
    "web mounts spare, which nobody declares": lambda web: web.update(volumes=["spare:/spare"]),
    "web can be reached from outside": lambda web: web.update(ports=["8000:8000"]),
    "web sets DATABASE, which nobody reads": lambda web: web.update(environment={"DATABASE": "x"}),
    "web may do more than it needs": lambda web: web.update(read_only=False),
    "web is started in a way of its own": lambda web: web.update(command=["gunicorn", "-w", "9"]),
}


class TestCompose:
    file: Document = yaml.safe_load(text("compose.yaml"))

    def test_keeps_its_promises(self) -> None:
        assert list(compose_faults(self.file)) == []

    @pytest.mark.parametrize("fault", PLANTED_IN_COMPOSE)
    def test_is_caught_breaking_one(self, fault: str) -> None:
        broken = copy.deepcopy(self.file)
        PLANTED_IN_COMPOSE[fault](broken["services"]["web"])
        assert fault in list(compose_faults(broken))

    def test_asks_for_nothing_that_the_example_does_not_have(self) -> None:
        asked = set(re.findall(r"\$\{(\w+)", text("compose.yaml")))
        assert asked <= set(example())
        assert set(example()) <= known() | asked

    def test_comes_with_an_example_that_holds_no_secret(self) -> None:
        empty = {name for name, value in example().items() if not value}
        for name in ("SECRET_KEY", "POSTGRES_PASSWORD", "ELASTIC_PASSWORD", "S3_SECRET_KEY"):
            assert name in empty


def manifests() -> list[Document]:
    folder = ROOT / "deploy" / "kubernetes"
    names = yaml.safe_load((folder / "kustomization.yaml").read_text())["resources"]
    return [
        document for name in names for document in yaml.safe_load_all((folder / name).read_text())
    ]


def template(document: Document) -> Document | None:
    """The pod that a resource makes, if it makes any."""
    spec = document.get("spec", {})
    spec = spec.get("jobTemplate", {"spec": spec})["spec"]
    found: Document | None = spec.get("template")
    return found


def pod_faults(document: Document) -> Iterator[str]:
    """What the pods of a resource do that they should not."""
    pod = template(document)
    if pod is None:
        return
    name, spec = document["metadata"]["name"], pod["spec"]
    if not spec["securityContext"].get("runAsNonRoot"):
        yield f"{name} may run as root"
    if spec.get("automountServiceAccountToken", True):
        yield f"{name} may speak to the cluster"
    for box in [*spec.get("initContainers", []), *spec["containers"]]:
        rights = box.get("securityContext", {})
        if (
            rights.get("allowPrivilegeEscalation", True)
            or not rights.get("readOnlyRootFilesystem")
            or rights.get("capabilities") != {"drop": ["ALL"]}
        ):
            yield f"{name} may do more than it needs"
        if "memory" not in box.get("resources", {}).get("limits", {}):
            yield f"{name} may take all memory"
        if {mount["name"] for mount in box["volumeMounts"]} - {v["name"] for v in spec["volumes"]}:
            yield f"{name} mounts what it does not have"


PLANTED_IN_PODS: dict[str, Callable[[Document], object]] = {
    "web may run as root": lambda pod: pod["securityContext"].pop("runAsNonRoot"),
    "web may speak to the cluster": lambda pod: pod.pop("automountServiceAccountToken"),
    "web may do more than it needs": lambda pod: pod["containers"][0].pop("securityContext"),
    "web may take all memory": lambda pod: pod["containers"][0].pop("resources"),
    "web mounts what it does not have": lambda pod: pod.update(volumes=[]),
}


class TestKubernetes:
    documents = manifests()

    def of(self, kind: str) -> list[Document]:
        return [document for document in self.documents if document["kind"] == kind]

    def test_keeps_its_promises(self) -> None:
        assert [fault for document in self.documents for fault in pod_faults(document)] == []

    @pytest.mark.parametrize("fault", PLANTED_IN_PODS)
    def test_is_caught_breaking_one(self, fault: str) -> None:
        (web,) = [d for d in self.of("Deployment") if d["metadata"]["name"] == "web"]
        broken = copy.deepcopy(web)
        PLANTED_IN_PODS[fault](broken["spec"]["template"]["spec"])
        assert fault in list(pod_faults(broken))

    def test_sets_only_what_the_program_reads_and_no_secret_in_the_open(self) -> None:
        (settings,) = self.of("ConfigMap")
        example = yaml.safe_load(text("deploy/kubernetes/secret.example.yaml"))
        assert set(settings["data"]) | set(example["stringData"]) <= known()
        assert [name for name in settings["data"] if SECRET.search(name)] == []
        assert all(SECRET.search(name) for name in example["stringData"])
        assert self.of("Secret") == []

    def test_looks_for_what_the_probes_answer(self) -> None:
        (web,) = [d for d in self.of("Deployment") if d["metadata"]["name"] == "web"]
        (box,) = web["spec"]["template"]["spec"]["containers"]
        assert box["livenessProbe"]["httpGet"]["path"] == "/livez"
        assert box["readinessProbe"]["httpGet"]["path"] == "/readyz"
        assert "command" not in box

    def test_selects_pods_that_there_are(self) -> None:
        pods = [
            pod["metadata"]["labels"]["app.kubernetes.io/name"]
            for pod in map(template, self.documents)
            if pod
        ]
        assert sorted(pods) == ["backup", "migrate", "web", "worker"]
        for kind in ("Service", "PodDisruptionBudget", "Deployment"):
            for document in self.of(kind):
                selector = document["spec"]["selector"]
                labels = selector.get("matchLabels", selector)
                assert labels["app.kubernetes.io/name"] in pods

    def test_is_of_this_version(self) -> None:
        file = yaml.safe_load(text("deploy/kubernetes/kustomization.yaml"))
        assert [image["newTag"] for image in file["images"]] == [__version__]


def test_nothing_claims_to_have_been_run_that_was_not() -> None:
    for name in ("Dockerfile", "compose.yaml", "deploy/kubernetes/kustomization.yaml"):
        assert re.search("Not yet (run|built)", text(name)), name
    assert "not yet been run on an engine" in text("docs/operation.md")
