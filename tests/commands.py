"""Commands as `chipwire …` runs them, but in the process of the test: a new one takes longer to start than most do."""

import io
import os
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer.main

from chipwire.cli.app import main

_built = cache(typer.main.get_command)


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Commands:
    """Called with the words of a command line and settings by their names; those of the shell do not reach it."""

    home: Path
    """Where its store is, unless another `home` is given."""
    patch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def __post_init__(self) -> None:
        for name in [name for name in os.environ if name.startswith("CHIPWIRE_")]:
            self.patch.delenv(name)
        self.patch.setattr(typer.main, "get_command", _built)

    def __call__(self, *words: str, stdin: bytes = b"", home: Path | None = None, **env: Any) -> Done:
        self.patch.setattr(sys, "argv", ["chipwire", *words])
        self.patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        for name, value in {"CHIPWIRE_STORE": str((home or self.home) / "chipwire.db"), **env}.items():
            self.patch.setenv(name, value)
        self.capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        return Done(int(ended.value.code or 0), *self.capsys.readouterr())
