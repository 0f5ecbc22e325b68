"""Lines for the operators: each with the id of the request or job it belongs to, nothing personal.

Anything may call `logging`; what is written passes here. `plain` is for a terminal, `json` is one
object a line. Not written: addresses of visitors, e-mail addresses, user agents, query strings,
paths (some hold a key), values of rows. Decision 24.
"""

import logging
import re
from collections.abc import MutableMapping
from typing import Any

import structlog
from django.http import HttpRequest
from structlog.contextvars import get_contextvars, merge_contextvars
from structlog.stdlib import ProcessorFormatter

FORMATS = ("plain", "json")
FIELDS = ("method", "route", "status", "ms", "task")

_Line = MutableMapping[str, Any]
_PERSONAL = (
    (re.compile(r"[^\s@<>()\[\]{}\"'=,;]+@[^\s@<>()\[\]{}\"',;]+"), "…@…"),
    # PostgreSQL tells the values of the row it refuses.
    (re.compile(r"(?m)^(\s*DETAIL:).*$"), r"\1 …"),
    (re.compile(r"\?[^\s\"'<>=]+=[^\s\"'<>]*"), "?…"),
    (re.compile(r"\bip=\S+"), "ip=…"),
)


def config(format: str) -> dict[str, Any]:
    """The settings of `logging` for one of FORMATS."""
    console = {"handlers": ["console"], "propagate": False}
    told = "INFO" if format == "json" else "WARNING"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": f"stockcoop.kernel.logs.{format}_lines"}},
        "filters": {"ours": {"()": "stockcoop.kernel.logs.OfSomething"}},
        "handlers": {
            "console": {"class": "logging.StreamHandler", "formatter": "line"},
            "enqueued": {
                "class": "logging.StreamHandler",
                "formatter": "line",
                "filters": ["ours"],
            },
        },
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {
            # A refused request is no fault of the program: a form without its token, a host that
            # is not ours. Django would log each as one; its line tells the status.
            "django.request": {"level": "ERROR"},
            "django.security": {"level": "CRITICAL"},
            "stockcoop.requests": {"level": told},
            "stockcoop.jobs": {"level": told},
            "procrastinate.jobs": {**console, "handlers": ["enqueued"], "level": told},
            "gunicorn.error": {**console, "level": told},
            "gunicorn.access": {**console, "level": "WARNING"},
        },
    }


def json_lines() -> logging.Formatter:
    """One JSON object a line."""
    return _lines(structlog.processors.JSONRenderer(ensure_ascii=False))


def plain_lines() -> logging.Formatter:
    """Level, logger and sentence; the id behind it; a traceback below it."""
    return _lines(_plain)


class OfSomething(logging.Filter):
    """Passes what is said within a request or a job.

    The worker enqueues periodic jobs every few seconds; nobody wants to read that.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        return bool(get_contextvars())


def _lines(renderer: Any) -> logging.Formatter:
    return ProcessorFormatter(
        foreign_pre_chain=[
            merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(allow=FIELDS),
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
        processors=[
            _without_paths,
            _with_jobs,
            ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            _without_personal,
            renderer,
        ],
    )


def _without_paths(_logger: Any, _method: str, line: _Line) -> _Line:
    """Django ends a sentence with the path: say the route instead."""
    request = getattr(line["_record"], "request", None)
    if isinstance(request, HttpRequest) and line["event"].endswith(request.path):
        line["event"] = line["event"].removesuffix(request.path) + route_of(request)
    return line


def _with_jobs(_logger: Any, _method: str, line: _Line) -> _Line:
    """Procrastinate tells a job with its arguments: say task and id instead."""
    record = line["_record"]
    job = getattr(record, "job", None)
    if isinstance(job, dict) and "call_string" in job:
        line["event"] = line["event"].replace(job["call_string"], _name(job))
    jobs = getattr(record, "jobs", None)
    if isinstance(jobs, list):
        line["jobs"] = [_name(job) for job in jobs]
    return line


def _name(job: dict[str, Any]) -> str:
    return f"{job['task_name']}[{job['id']}]"


def _without_personal(_logger: Any, _method: str, line: _Line) -> _Line:
    for field in ("event", "exception"):
        if text := line.get(field):
            for pattern, instead in _PERSONAL:
                text = pattern.sub(instead, str(text))
            line[field] = text
    return line


def _plain(_logger: Any, _method: str, line: _Line) -> str:
    ids = [str(line[name]) for name in ("request_id", "job_id") if name in line]
    end = f" [{' '.join(ids)}]" if ids else ""
    below = f"\n{line['exception']}" if "exception" in line else ""
    return f"{line['level'].upper()} {line['logger']} {line['event']}{end}{below}"


def route_of(request: HttpRequest) -> str:
    """The name of the route that a request took; "none" where there is no such page."""
    match = request.resolver_match
    return (match.view_name or "unnamed") if match else "none"
