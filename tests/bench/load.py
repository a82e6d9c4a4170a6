"""What the web benchmarks share: servers of their own process on loopback, and wrk as the client.

wrk and the server it drives share the machine's cores; a server that is not being asked sits idle.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.loopback import free_port

CONNECTIONS = 16
SCRIPT = """
local path, mark, low, high, n
local choices = {}
function init(args)
  path, mark, low, high = args[1], args[2], tonumber(args[3]), tonumber(args[4])
  n = tonumber(args[5])
  math.randomseed(n + 1)
  if args[6] then
    for line in io.lines(args[6]) do choices[#choices + 1] = line end
  end
end
local function bits(number)
  local out = {}
  while number > 0 do
    out[#out + 1] = number % 2 == 1 and "," or "%20"
    number = math.floor(number / 2)
  end
  return table.concat(out)
end
function request()
  local asked = path
  if high > 0 then asked = asked:gsub("{n}", math.random(low, high)) end
  n = n + 1
  if #choices > 0 then asked = asked:gsub("{c}", choices[n % #choices + 1]) end
  if mark ~= "-" then
    asked = asked .. mark .. bits(n)
  end
  return wrk.format("GET", asked)
end
function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format('\\n{"requests": %d, "us": %d, "p50": %d, "p99": %d, "bad": %d, "bytes": %d}\\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    e.connect + e.read + e.write + e.status + e.timeout, summary.bytes))
end
"""


@dataclass(frozen=True)
class Ask:
    """One question as wrk puts it: `{n}` in `path` becomes a number of `numbers`.

    `mark` is a parameter that changes with every request and means nothing, so that no kept body answers.
    """

    path: str
    mark: str = "-"
    numbers: tuple[int, int] = (0, 0)
    choices: tuple[str, ...] = ()
    """Each in turn stands for `{c}`."""


@dataclass(frozen=True)
class Measured:
    """`rate` in requests a second; milliseconds at 50 and 99 %; `cpu` is milliseconds of the server's processor time
    for each request, which other work on the machine does not change.

    `waited` is how many milliseconds of each second the server was ready and had no core, or the machine itself had
    none: what these come to all who ask wait for at once, so that a single stall of 50 is the 99 % of a short round.
    """

    rate: float
    p50: float
    p99: float
    size: int
    cpu: float
    waited: float


_asked = 0


@dataclass(frozen=True)
class Server:
    base: str
    pid: int

    def processor(self) -> float:
        """Seconds of processor time that it has used."""
        used = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(used[11]) + int(used[12])) / os.sysconf("SC_CLK_TCK")

    def waited(self) -> float:
        """Seconds that its first thread, the event loop's, was ready and had no core, and that others had ours."""
        ready = int(Path(f"/proc/{self.pid}/schedstat").read_text().split()[1]) / 1e9
        stolen = int(Path("/proc/stat").read_text().split(maxsplit=9)[8]) / os.sysconf("SC_CLK_TCK")
        return ready + stolen


def wrk(server: Server, ask: Ask, seconds: float, connections: int = CONNECTIONS) -> Measured:
    """One round of wrk with one thread. RuntimeError when an answer is not a 2xx."""
    global _asked
    _asked += 1_000_000
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script, tempfile.NamedTemporaryFile("w") as lines:
        script.write(SCRIPT)
        script.flush()
        lines.write("\n".join(ask.choices))
        lines.flush()
        command = [
            "wrk",
            "-t1",
            f"-c{connections}",
            f"-d{seconds:g}s",
            "--timeout",
            "20s",
            "-s",
            script.name,
            server.base,
        ]
        before, stalled = server.processor(), server.waited()
        numbers = [str(n) for n in ask.numbers]
        done = subprocess.run(
            [*command, "--", ask.path, ask.mark, *numbers, str(_asked), lines.name],
            capture_output=True,
            text=True,
            check=True,
        )
    spent, stalled = server.processor() - before, server.waited() - stalled
    told = json.loads(done.stdout.strip().splitlines()[-1])
    if told["bad"] or not told["requests"]:
        raise RuntimeError(
            f"{server.base}{ask.path}: {told['bad']} of {told['requests']} answers were errors\n{done.stdout}"
        )
    asked, seconds = told["requests"], told["us"] / 1e6
    p50, p99 = told["p50"] / 1000, told["p99"] / 1000
    return Measured(asked / seconds, p50, p99, told["bytes"] // asked, 1000 * spent / asked, 1000 * stalled / seconds)


def settled(server: Server) -> None:
    """Wait, for a minute at most, until it has done with what was asked: a late answer costs the next one's time."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        before = server.processor()
        time.sleep(0.5)
        if server.processor() - before < 0.02:
            return


def median(rounds: Sequence[Measured]) -> Measured:
    return Measured(
        statistics.median(one.rate for one in rounds),
        statistics.median(one.p50 for one in rounds),
        statistics.median(one.p99 for one in rounds),
        int(statistics.median(one.size for one in rounds)),
        statistics.median(one.cpu for one in rounds),
        statistics.median(one.waited for one in rounds),
    )


@contextmanager
def server(command: Sequence[str], ready: str, env: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Run it with `{port}` replaced until the block ends; given once `ready` answers."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [part.replace("{port}", str(port)) for part in command],
            env={**os.environ, **(env or {})},
            stdout=said,
            stderr=said,
        )
        try:
            _wait(process, base + ready)
            yield Server(base, process.pid)
        except BaseException:
            said.seek(0)
            sys.stderr.write(said.read().decode()[-2000:])
            raise
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(process: "subprocess.Popen[bytes]", address: str) -> None:
    until = time.monotonic() + 300
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"the server for {address} ended with {process.returncode}")
        try:
            with urllib.request.urlopen(address, timeout=20):
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"no answer from {address}")


def chipwire(store: Path, secret: str, *more: str) -> tuple[list[str], dict[str, str]]:
    """Command and environment of the service over a store, its limit so high that it costs but never refuses."""
    env = {"CHIPWIRE_STORE": str(store), "CHIPWIRE_SECRET": secret, "CHIPWIRE_RATE_LIMIT": "1000000000"}
    return [sys.executable, "-m", "chipwire", "web", "--port", "{port}", *more], env


def found(program: str) -> str | None:
    """Where it is, None when it is not installed."""
    return shutil.which(program)
