"""What the log looks like: every line of it, ours or a library's, is made here."""

import logging
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chipwire.config import Settings


class _Through(logging.Handler):
    """Hands on what libraries log by the standard library, so that JSON lines stay JSON lines."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            log = _structlog().get_logger()
            log.log(record.levelno, record.getMessage(), logger=record.name, exc_info=record.exc_info)
        except Exception:
            self.handleError(record)


_THROUGH = _Through(logging.WARNING)


def configure(loaded: "Settings") -> None:
    """Log as these settings say, to stderr."""
    structlog = _structlog()
    level = getattr(logging, loaded.log_level.upper())
    last: Any = structlog.processors.JSONRenderer()
    if not loaded.log_json:  # quoted, as values come from feeds and must not move the cursor or make lines
        last = structlog.dev.ConsoleRenderer(colors=False, repr_native_str=True)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    logging.getLogger().addHandler(_THROUGH)  # once, however often


def _structlog() -> Any:
    """structlog without rich, with which it would colour tracebacks: ours are plain, and a start is a tenth quicker."""
    absent: dict[str, Any] = {} if "rich" in sys.modules else {"rich": None}
    sys.modules.update(absent)
    try:
        import structlog
    finally:
        for name in absent:
            del sys.modules[name]
    return structlog
