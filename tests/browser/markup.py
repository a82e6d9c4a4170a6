"""The Nu HTML checker (npm package vnu-jar, run by Java), for pages and for letters; .ci/run brings it."""

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

JAR = Path(__file__).parents[2] / ".cache/npm/node_modules/vnu-jar/build/dist/vnu.jar"


def objections(files: Sequence[Path]) -> list[str]:
    """Every error and warning about these HTML, CSS and SVG files, as 'file:line: what'."""
    java = shutil.which("java")
    if java is None or not JAR.exists():
        pytest.skip("the Nu HTML checker is not installed; .ci/run brings it")
    asked = [java, "-jar", str(JAR), "--also-check-css", "--also-check-svg", "--format", "json", *map(str, files)]
    told = subprocess.run(asked, capture_output=True, text=True, timeout=300, check=False).stderr
    found = json.loads(told)["messages"]
    return [f"{Path(m.get('url', '?')).name}:{m.get('lastLine')}: {m['message']}" for m in found]
