"""Logs: lines for a person at a terminal, JSON for a machine. Also for what libraries log."""

import logging
import re
import sys
from typing import TextIO

import structlog


def configure_logs(level: str = "info", stream: TextIO = sys.stderr) -> None:
    """Once at the start of a process, before anything is logged."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared, processors=last_steps(terminal=stream.isatty())
        )
    )
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    # It tells of every start and stop, which we say ourselves.
    logging.getLogger("uvicorn.error").setLevel(max(logging.WARNING, logging.root.level))


def last_steps(*, terminal: bool) -> list[structlog.typing.Processor]:
    clean = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    shown = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    last = shown if terminal else structlog.processors.JSONRenderer()
    return [clean, structlog.processors.format_exc_info, without_rows, last]


# What the database adds to its sentence: the values of a row, which may be somebody's address or letter.
ROW = re.compile(
    r"\n(DETAIL|CONTEXT):.*?(?=\n\nThe above exception was|\n\nDuring handling of|\Z)", re.DOTALL
)


def without_rows(
    logger: structlog.typing.WrappedLogger, name: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """An error is told by where it happened and what it says, never by what was at hand."""
    for told in ("exception", "error"):
        if isinstance(event.get(told), str):
            event[told] = ROW.sub("", event[told])
    return event
