"""Structured logs. Paths may hold tokens, so no line carries one: requests are named by route."""

import logging
import sys
import traceback
from typing import Any

import structlog
from structlog.typing import EventDict

_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


class WithoutPaths(logging.Filter):
    """Django's own request lines quote the path and carry the request; ours name the route.

    Records of `django.request` and `django.security` keep their level, status and traceback and
    lose everything that could hold a token or a typed value.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        status = getattr(record, "status_code", "")
        record.msg, record.args = f"request failed {status}".strip(), ()
        record.__dict__.pop("request", None)
        return True


class WithoutWords(logging.Filter):
    """Celery and granian quote what a task or request raised; the kind has to do."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno >= logging.WARNING:
            kind = record.exc_info[0] if record.exc_info else None
            record.msg = f"failed: {kind.__name__}" if kind else "failed: unreadable"
            record.args = ()
        record.__dict__.pop("data", None)
        return True


def _tell_the_exception(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Where an exception came from and its kind, causes first; never its words.

    They quote what was typed, a row of a table, or the path that nobody serves.
    """
    info = event.pop("exc_info", None)
    info = sys.exc_info() if info is True else info
    raised = info[1] if isinstance(info, tuple) else info
    told: list[str] = []
    while isinstance(raised, BaseException):
        kind = type(raised)
        lines = "".join(traceback.format_tb(raised.__traceback__))
        told.insert(0, f"{lines}{kind.__module__}.{kind.__qualname__}")
        raised = raised.__cause__ or raised.__context__
    if told:
        event["exception"] = "\n\n".join(told)
    return event


def structlog_config() -> dict[str, Any]:
    """Arguments for `structlog.configure`: events go through the standard library's handlers."""
    return {
        "processors": [
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        "logger_factory": structlog.stdlib.LoggerFactory(),
        "wrapper_class": structlog.stdlib.BoundLogger,
        "cache_logger_on_first_use": True,
    }


def logging_config(*, json: bool) -> dict[str, Any]:
    """Django's LOGGING: JSON lines in production, readable ones on a developer's terminal."""
    renderer: Any = (
        structlog.processors.JSONRenderer() if json else structlog.dev.ConsoleRenderer(colors=False)
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {
            "without_paths": {"()": "scheduler.logs.WithoutPaths"},
            "without_words": {"()": "scheduler.logs.WithoutWords"},
        },
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    _tell_the_exception,
                    renderer,
                ],
                "foreign_pre_chain": _SHARED,
            }
        },
        "handlers": {
            "console": {"class": "logging.StreamHandler", "formatter": "structured"},
            "pathless": {
                "class": "logging.StreamHandler",
                "formatter": "structured",
                "filters": ["without_paths"],
            },
            "wordless": {
                "class": "logging.StreamHandler",
                "formatter": "structured",
                "filters": ["without_words"],
            },
        },
        "root": {"handlers": ["console"], "level": "INFO"},
        "loggers": {
            "django.request": {"handlers": ["pathless"], "propagate": False},
            "django.security": {"handlers": ["pathless"], "propagate": False},
            "django.server": {"level": "ERROR"},
            # A line every two seconds that says nothing but "still here"; /readyz says that.
            "celery.beat": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
            "_granian": {"handlers": ["wordless"], "propagate": False},
            "celery.app.trace": {"handlers": ["wordless"], "propagate": False, "level": "WARNING"},
        },
    }
