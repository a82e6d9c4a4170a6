"""What servers of tests need on loopback: ports that are free, certificates that nobody else trusts."""

import shutil
import socket
import subprocess
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
    """A certificate for the name (with kind "IP": the address), signed by itself, RSA key and all in one file there."""
    if not shutil.which("openssl"):
        pytest.skip("needs the openssl command")
    file, alone = folder / "both.pem", folder / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}",
         "-addext", f"subjectAltName={kind}:{name}", "-keyout", str(file), "-out", str(alone)],
        check=True, capture_output=True, timeout=20,
    )  # fmt: skip
    file.write_bytes(file.read_bytes() + alone.read_bytes())
    return file
