"""The README is true: its commands, its settings table, its example company, its two set-up lines."""

import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from typer.main import get_command

from chipwire.cli.app import app
from chipwire.config import PREFIX, Settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", README, re.DOTALL)


def commands() -> list[str]:
    """One a line; what a backslash carries on belongs to the line before."""
    whole = [block.replace("\\\n", " ") for block in blocks("sh")]
    lines = [line.split("  #")[0].strip() for block in whole for line in block.splitlines()]
    return [line for line in lines if line]


def settings_table() -> str:
    rows = ["| variable | default | meaning |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = field.get_default(call_default_factory=False)
        shown = {None: "", "store": ""}.get(default, default) if not isinstance(default, list | bool) else default
        if name == "store":
            shown = "data/chipwire.db in a checkout"
        elif name == "data":
            shown = "the one that comes with chipwire"
        elif isinstance(default, list) or field.default_factory:
            shown = ""
        elif isinstance(default, bool):
            shown = str(default).lower()
        rows.append(f"| `{PREFIX}{name.upper()}` | {f'`{shown}`' if shown != '' else ''} | {field.description} |")
    return "\n".join(rows)


def test_set_up_is_two_commands() -> None:
    lines = [line for line in commands() if line.startswith("python3 -m venv")]
    assert len(lines) == 2
    assert lines[0].endswith("chipwire run --demo")
    assert "pytest" in lines[1]


def test_settings_table_is_the_settings() -> None:
    found = re.search(r"<!-- settings -->\n(.*?)\n<!-- /settings -->", README, re.DOTALL)
    assert found, "the README has no settings table"
    assert found[1].strip() == settings_table()


@pytest.mark.parametrize("line", [line for line in commands() if line.startswith("chipwire ")])
def test_commands_exist_with_their_options(line: str) -> None:
    words = shlex.split(line)[1:]
    command = get_command(app)
    while words and hasattr(command, "commands"):
        command = command.commands[words.pop(0)]
    options = {opt for param in command.params for opt in (*param.opts, *param.secondary_opts)}
    assert {word.split("=")[0] for word in words if word.startswith("--")} <= options


def test_example_company_is_valid_toml() -> None:
    example = tomllib.loads(blocks("toml")[0])
    assert example["company"]["rebellions"]["name"] == "Rebellions"


def test_help_answers() -> None:
    done = subprocess.run([sys.executable, "-m", "chipwire", "--help"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0
    assert "feeds" in done.stdout
