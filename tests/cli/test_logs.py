"""The log: one form of line, whoever writes it."""

import json
import logging

import pytest

from chipwire import config
from chipwire.cli import logs


def test_what_libraries_log_is_json_too(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(config.load(log_json=True))
    logging.getLogger("a.library").warning("Invalid %s", "request")
    try:
        raise ValueError("three")
    except ValueError:
        logging.getLogger("asyncio").exception("went wrong")
    first, second = map(json.loads, capsys.readouterr().err.splitlines())
    assert (first["event"], first["level"], first["logger"]) == ("Invalid request", "warning", "a.library")
    assert first["timestamp"].endswith("Z")
    assert "ValueError: three" in second["exception"]


def test_the_least_level_holds_for_libraries(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(config.load(log_level="error"))
    logging.getLogger("a.library").warning("Invalid request")
    logging.getLogger("a.library").info("started")
    assert capsys.readouterr().err == ""
    logging.getLogger("a.library").error("lost")
    assert "lost" in capsys.readouterr().err
