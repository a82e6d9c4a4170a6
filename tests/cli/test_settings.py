"""Settings as a person meets them: shown without secrets, refused by name when they cannot be meant."""

import os
import pty
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.commands import Commands


@pytest.mark.slow
def test_a_person_at_a_terminal_sees_a_table(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    with os.fdopen(ours, "rb") as terminal:
        env = {
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "COLUMNS": "200",
            "NO_COLOR": "1",
            "CHIPWIRE_HOST_PAUSE": "7",
        }
        process = subprocess.Popen([sys.executable, "-m", "chipwire", "settings"], stdout=theirs, env=env)
        os.close(theirs)
        shown = b""
        with suppress(OSError):  # how a terminal whose last writer has left says so on Linux
            while some := terminal.read1(65536):
                shown += some
        assert process.wait(60) == 0
    rows = [re.sub(r"\x1b\[\d*m", "", line).split() for line in shown.decode().splitlines()]
    assert ["setting", "value"] in rows
    assert ["host_pause", "7.0"] in rows


def test_a_misspelt_setting_is_refused(chipwire: Commands) -> None:
    done = chipwire("settings", CHIPWIRE_PROT="8000")
    assert done.code == 1
    assert "CHIPWIRE_PROT" in done.err
    assert "did you mean CHIPWIRE_PORT" in done.err


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("TRUSTED_PROXIES", "proxy", "'proxy' is not an address or a network"),
        ("TRUSTED_PROXIES", '["10.0.0.1"', "begins like a JSON list"),
        ("CORS_ORIGINS", "desk.example.org", "'desk.example.org' is not an origin"),
        ("BASE_URL", "news.example.org", "'news.example.org' is not an address"),
        ("MAIL_FROM", "chipwire", "'chipwire' is not a mail address"),
        ("MAX_INTERVAL_MINUTES", "5", "5 is less than min_interval_minutes, 10"),
        ("SMTP_PORT", "0", "greater than or equal to 1"),
    ],
)
def test_a_setting_that_cannot_be_meant_is_refused_by_name(
    name: str, value: Any, says: str, chipwire: Commands
) -> None:
    done = chipwire("settings", **{f"CHIPWIRE_{name}": value})
    assert done.code == 1
    assert says in done.err
    assert f"set CHIPWIRE_{name}" in done.err


def test_lists_are_parted_by_commas_or_json(chipwire: Commands) -> None:
    done = chipwire(
        "settings", CHIPWIRE_TRUSTED_PROXIES="10.0.0.0/8, ::1", CHIPWIRE_CORS_ORIGINS='["https://desk.example.org"]'
    )
    assert "trusted_proxies\t10.0.0.0/8, ::1\n" in done.out
    assert "cors_origins\thttps://desk.example.org\n" in done.out


def test_settings_hide_secrets(chipwire: Commands) -> None:
    done = chipwire("settings", "--json", CHIPWIRE_SMTP_PASSWORD="hunter2")
    assert done.code == 0
    assert "smtp_password" in done.out
    assert "hunter2" not in done.out
