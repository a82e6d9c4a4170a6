"""The tables of threats and faults name tests that there are, in every line."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LINES = [
    (page, line)
    for page in ("threats.md", "faults.md")
    for line in (ROOT / ".github" / "decisions" / page).read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and not line.startswith(("| who |", "| fault |"))
]


@pytest.mark.parametrize(("page", "line"), LINES, ids=lambda value: str(value)[:50])
def test_every_line_has_its_tests(page: str, line: str) -> None:
    named = re.findall(r"`(tests/[\w/.]+\.py)::(\w+)`", line)
    assert named
    for file, name in named:
        assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8"), f"{file} has no {name}"
