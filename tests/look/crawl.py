"""Finds one page of every view by following links, as a person would."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve
from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
GRAVE = ("serious", "critical")
_LINKS = "Array.from(document.links, a => a.href)"
_NOT_PAGES = (".pdf", ".csv", ".jpg", ".txt", "/download", "/original", ".py", ".json")


@dataclass(frozen=True, slots=True)
class Visit:
    """A page that was opened: the name of its view, its path and the status it answered."""

    view: str
    path: str
    status: int


def _view_of(path: str) -> str | None:
    if path.endswith(_NOT_PAGES):
        return None
    try:
        return resolve(path).view_name
    except Resolver404:
        return None


def crawl(page: Page, base: str, *starts: str) -> Iterator[Visit]:
    """Open one page of each view that can be reached from `starts` (default "/") on `base`."""
    waiting = deque(starts or ("/",))
    seen: set[str] = set()
    while waiting:
        path = waiting.popleft()
        view = _view_of(urlsplit(path).path)
        if view is None or view in seen:
            continue
        seen.add(view)
        answer = page.goto(base + path)
        page.wait_for_load_state("networkidle")
        assert answer is not None
        yield Visit(view, path, answer.status)
        for link in page.evaluate(_LINKS):
            if link.startswith(base + "/"):
                waiting.append(link.removeprefix(base).split("#")[0])


def faults(page: Page) -> list[str]:
    """What axe finds serious or critical on the page that is open, a line each."""
    page.evaluate(AXE.read_text())
    findings: list[dict[str, Any]] = page.evaluate("axe.run().then(run => run.violations)")
    return [
        f"{finding['id']} ({finding['impact']}): {node['target'][0]} {node['failureSummary']}"
        for finding in findings
        if finding["impact"] in GRAVE
        for node in finding["nodes"]
    ]
