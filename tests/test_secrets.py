"""Secrets stay where they belong: not in logs, in what commands print, in answers, or in files of other hands."""

import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import orjson
import pytest

from chipwire.keep.db import open_store
from chipwire.keep.people import readers
from chipwire.keep.sql import meta
from chipwire.send.tokens import Links
from tests.crash.world import Process, ask, world

GIVEN = {
    "TOKEN": "given-write-token-5f1c", "SECRET": "given-signing-key-91ab", "SMTP_PASSWORD": "given-smtp-password-77",
    "SMTP_USER": "postmaster", "IMAP_HOST": "127.0.0.1", "IMAP_PORT": "9", "IMAP_SECURITY": "none",
    "IMAP_USER": "receipts", "IMAP_PASSWORD": "given-imap-password-31",
}  # fmt: skip


class Service(Process):
    module = "chipwire"


def said(env: dict[str, str], *command: str) -> str:
    done = subprocess.run([sys.executable, "-m", "chipwire", *command], env=env, capture_output=True, timeout=300)
    return (done.stdout + done.stderr).decode()


def answered(base: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, str]:
    try:
        with urlopen(Request(base + path, body, headers), timeout=20) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        with error:
            return error.code, error.read().decode()


@pytest.mark.slow
def test_no_secret_is_logged_printed_or_answered(tmp_path: Path) -> None:
    """A whole life of the service at the finest level of its log, with a mail server that refuses the login."""
    with ExitStack() as stack:
        here = stack.enter_context(world(tmp_path, 3, LOG_LEVEL="debug", **GIVEN))
        for feed in here.stand.items:
            here.stand.grow(feed, 2)
        made = said(here.env, "tokens", "add", "desk", "--scope", "read").strip()
        assert len(made) > 20
        service = stack.enter_context(Service(here, "run"))
        service.up()
        write = {"Authorization": f"Bearer {GIVEN['TOKEN']}", "Content-Type": "application/json"}
        everything: list[Any] = []
        hook = orjson.dumps({"url": here.receiver.url})
        everything += [answered(here.base, "/v1/readers", b'{"email": "alice@chipwire.test"}', **write)]
        code, webhook = answered(here.base, "/v1/webhooks", hook, **write)
        assert code == 201
        key = orjson.loads(webhook)["secret"]
        everything += [answered(here.base, path, None, **write) for path in ("/v1/feeds", "/v1/webhooks", "/metrics")]
        form = urlencode({"email": "bob@chipwire.test", "companies": "nvidia"}).encode()
        everything += [answered(here.base, "/subscribe", form)]
        links = _links(here.store)
        everything += [answered(here.base, path) for path in links]
        wrong = {"Authorization": "Bearer wrong-token-of-somebody"}
        everything += [answered(here.base, "/v1/readers", None, **wrong), answered(here.base, "/v1/items/999999999")]
        ask(here.store)
        commands = (["settings"], ["settings", "--json"], ["doctor", "--json"], ["tokens", "list"], ["readers", "list"])
        everything += [said(here.env, *command) for command in commands]
        everything += [said({**here.env, "CHIPWIRE_PORT": "no"}, "settings")]
        behind = here.env | {"CHIPWIRE_PROXY": "http://desk:given-proxy-password-64@127.0.0.1:9"}
        everything += [said(behind, "settings"), said(behind, "feeds", "check")]
        wrong_proxy = here.env | {"CHIPWIRE_PROXY": "socks://desk:given-proxy-password-64@127.0.0.1:9"}
        everything += [said(wrong_proxy, "settings")]
        assert service.end() == 0
        log = here.log.read_text()
        assert '"request"' in log, "requests are logged at this level"
        secrets = [*(v for n, v in GIVEN.items() if n in ("TOKEN", "SECRET") or "PASSWORD" in n), made, key]
        secrets.append("given-proxy-password-64")
        for secret in secrets:
            assert secret not in log
            assert secret not in str(everything)
        for link in links:
            assert link not in log, "who reads the log must not be able to change a reader's choices"
        assert "wrong-token-of-somebody" not in log
        _files_are_ours_alone(tmp_path)


def _links(path: Path) -> list[str]:
    """Signed links of a reader, without the host."""
    store = open_store(path)
    with store.read() as c:
        alice = readers.find(c, "alice@chipwire.test")
        assert meta.get(c, "secret") is None, "a key that was given is not kept"
    store.close()
    assert alice is not None
    links = Links("", [GIVEN["SECRET"]])
    return [links.preferences(alice), links.unsubscribe(alice), f"{links.mute(alice)}/1"]


def _files_are_ours_alone(folder: Path) -> None:
    for name in ("chipwire.db", "chipwire.db-wal", "chipwire.token"):
        if (file := folder / name).exists():
            assert file.stat().st_mode & 0o077 == 0, name


@pytest.mark.slow
def test_the_token_of_the_first_start_lies_in_a_file_for_its_owner(tmp_path: Path) -> None:
    umask = os.umask(0)
    try:
        with world(tmp_path, 1) as here:
            del here.env["CHIPWIRE_TOKEN"]
            with Service(here, "web") as service:
                service.up()
                service.end()
            token = (tmp_path / "chipwire.token").read_text().strip()
            assert token not in here.log.read_text()
            assert str(tmp_path / "chipwire.token") in here.log.read_text()
            said(here.env, "backup", str(tmp_path / "copy.db"))
            _files_are_ours_alone(tmp_path)
            assert (tmp_path / "copy.db").stat().st_mode & 0o077 == 0
    finally:
        os.umask(umask)
