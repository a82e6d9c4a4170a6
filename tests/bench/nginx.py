"""nginx on loopback over a folder of feeds: its configuration, logs and pid live in a temporary folder of their own."""

import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from tests.loopback import free_port

CONFIG = """
daemon off; worker_processes 1; pid {home}/pid; error_log {home}/error.log warn;
worker_rlimit_nofile 16384; events {{ worker_connections 8192; }}
http {{
  access_log off; keepalive_timeout 65; etag on; gzip {gzip}; gzip_types application/xml;
  types {{ application/xml xml; }}
  client_body_temp_path {home}/b; proxy_temp_path {home}/p; fastcgi_temp_path {home}/f; uwsgi_temp_path {home}/u;
  scgi_temp_path {home}/s;
  server {{ {listen} root {root}; }}
}}
"""


class Nginx:
    """Serves `root` at `hosts` addresses of 127.0.0.0/8, so that every feed is a host of its own."""

    def __init__(self, root: Path, hosts: int, *, gzip: bool = False) -> None:
        program = shutil.which("nginx") or "/usr/sbin/nginx"
        self.home = Path(tempfile.mkdtemp(prefix="chipwire-nginx-"))
        self.port = free_port()
        self.addresses = [f"127.77.{n // 250}.{n % 250 + 1}" for n in range(hosts)]
        listen = " ".join(f"listen {address}:{self.port};" for address in self.addresses)
        text = CONFIG.format(home=self.home, root=root.resolve(), listen=listen, gzip="on" if gzip else "off")
        (self.home / "conf").write_text(text)
        self.home.chmod(0o755)
        self._process = subprocess.Popen(
            [program, "-c", str(self.home / "conf"), "-p", str(self.home), "-e", str(self.home / "error.log")]
        )
        self._wait()

    def url(self, number: int) -> str:
        """Where feed `number` is."""
        return f"http://{self.addresses[number % len(self.addresses)]}:{self.port}/feed-{number:04}.xml"

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(10)
        shutil.rmtree(self.home, ignore_errors=True)

    def _wait(self) -> None:
        for _ in range(200):
            with suppress(OSError), socket.create_connection((self.addresses[0], self.port), 1):
                return
            if self._process.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError(f"nginx does not answer: {(self.home / 'error.log').read_text()}")
