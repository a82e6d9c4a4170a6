"""What servers of tests need on loopback: ports that are free, certificates that nobody else trusts."""

import shutil
import socket
import subprocess
from functools import cache
from pathlib import Path

import pytest


def free_port() -> int:
    return free_ports(1)[0]


def free_ports(count: int) -> list[int]:
    """That many, none twice; nobody listens there now."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(one.getsockname()[1]) for one in held]
    for one in held:
        one.close()
    return ports


def self_signed(folder: Path, name: str, kind: str = "DNS") -> Path:
    """A certificate for the name (with kind "IP": the address), signed by itself, key and all in one file there."""
    file, alone = folder / "both.pem", folder / "certificate.pem"
    _openssl(
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
        "-subj", f"/CN={name}", "-addext", f"subjectAltName={kind}:{name}", "-keyout", str(file), "-out", str(alone),
    )  # fmt: skip
    file.write_bytes(file.read_bytes() + alone.read_bytes())
    return file


@cache
def signing_key() -> bytes:
    """A key that signs letters. To make one of RSA takes up to a second, so there is one for each process."""
    return _openssl("genrsa", "-traditional", "2048")


def _openssl(*words: str) -> bytes:
    if not shutil.which("openssl"):
        pytest.skip("needs the openssl command")
    return subprocess.run(["openssl", *words], check=True, capture_output=True, timeout=20).stdout
