"""What an answer costs in instructions, which do not change with what else the machine does.

`python -m tests.bench.bench_instructions STORE` puts the questions of bench_api.py one after the other over one
connection to `chipwire web` within valgrind's callgrind, and prints thousands of instructions for an answer: all of
the process, without the kernel's. The hot page and the story are kept answers. Half a minute for each question.
"""

import argparse
import re
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path

from tests.bench.bench_api import SECRET, cases, facts
from tests.bench.chart import machine
from tests.bench.load import Ask, Server, chipwire, server, settled

WARM = 20
_OF_THREAD = re.compile(r"^ +Th *\d+ +([\d,]+) *$", re.MULTILINE)
PATIENT = """
import runpy
from chipwire.keep import inline_reads
inline_reads.BUDGET = 1e9
runpy.run_module("chipwire", run_name="__main__")
"""
"""The service as it is, but for the time after which a read is broken off: valgrind makes all of it 50 times slower, so
that each would be broken off and read again on a thread."""


def within_valgrind(store: Path) -> tuple[list[str], dict[str, str]]:
    command, env = chipwire(store, SECRET)
    tool = ["valgrind", "--quiet", "--tool=callgrind", "--instr-atstart=no", "--callgrind-out-file=/dev/null"]
    return [*tool, sys.executable, "-c", PATIENT, *command[3:]], env


def control(asked: Server, *what: str) -> str:
    done = subprocess.run(["callgrind_control", *what, str(asked.pid)], capture_output=True, text=True, check=True)
    return done.stdout


def counted(asked: Server) -> int:
    """Instructions so far, of all threads."""
    return sum(int(number.replace(",", "")) for number in _OF_THREAD.findall(control(asked, "-e")))


class Client:
    """Asks over one connection, each time something else."""

    def __init__(self, asked: Server) -> None:
        self.line = HTTPConnection(asked.base.removeprefix("http://"), timeout=120)
        self.number = 0

    def get(self, ask: Ask) -> None:
        """RuntimeError when the answer is not a 200."""
        self.number += 1
        low, high = ask.numbers
        path = ask.path.replace("{n}", str(low + self.number * 7919 % max(high - low, 1)))
        if ask.choices:
            path = path.replace("{c}", ask.choices[self.number % len(ask.choices)])
        mark = "" if ask.mark == "-" else ask.mark + f"{self.number:b}".replace("1", ",").replace("0", "%20")
        self.line.request("GET", path + mark)
        answer = self.line.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path}{mark} was answered with {answer.status}")


def measure(asked: Server, client: Client, ask: Ask, answers: int) -> int:
    """Instructions for an answer."""
    for _ in range(WARM):
        client.get(ask)
    settled(asked)
    control(asked, "-i", "on")
    before = counted(asked)
    for _ in range(answers):
        client.get(ask)
    after = counted(asked)
    control(asked, "-i", "off")
    return (after - before) // answers


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("store", type=Path)
    parser.add_argument("--answers", type=int, default=40, help="that are counted, of each question")
    parser.add_argument("--only", default="", help="cases whose name holds this")
    given = parser.parse_args()
    known = facts(given.store)
    command, env = within_valgrind(given.store)
    print(f"{known.newest:,} items, {machine()}: thousands of instructions for an answer")
    with server(command, "/healthz", env) as asked:
        client = Client(asked)
        for case in cases(known):
            if given.only in case.name:
                print(f"{case.name:28}{measure(asked, client, case.ours, given.answers) / 1000:>9,.0f}", flush=True)


if __name__ == "__main__":
    main()
