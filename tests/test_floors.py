"""Imports only go down: the floors of the house, and each foreign library in its one home."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.cases import every

SOURCE = Path(__file__).parents[1] / "src" / "chipwire"
FLOORS = {
    "errors": -1, "domain": -1, "config": 0,
    "collect": 1, "enrich": 1, "keep": 1, "send": 1,
    "pipeline": 2, "serve": 2,
    "clock": 3, "demo": 3,
    "cli": 4, "__main__": 5,
}  # fmt: skip
HOMES = {
    "httpx": {"collect/fetch"},
    "feedparser": {"collect/parse"},
    "sqlmodel": {"keep"},
    "sqlalchemy": {"keep"},
    "alembic": {"keep"},
    "fastapi": {"serve"},
    "starlette": {"serve"},
    "prometheus_client": {"serve"},
    "smtplib": {"send/smtp"},
    "typer": {"cli"},
    "mcp": {"serve/assistant"},
}


WITHIN = {
    "collect": ("document", "dates", "content", "parse", "lists", "pacing", "fetch", "workers"),
    "enrich": ("text", "lookup", "boilerplate", "names", "roles", "amounts", "stories"),
    "keep": ("tables", "sql", "news", "sources", "queries", "people"),
}
"""Packages of the largest rooms, lowest first."""
LINES = 250
"""Of a file, at most."""


def room(module: str) -> str:
    """'chipwire.keep.news.items' → 'keep'."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


@cache
def nodes(source: str) -> list[ast.AST]:
    """All of a file, its module first; three tests look through every file."""
    return list(ast.walk(ast.parse(source)))


def imports(source: str) -> Iterator[str]:
    for node in nodes(source):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
            if node.module == "chipwire":
                yield from (f"chipwire.{alias.name}" for alias in node.names if alias.name in FLOORS)


def complaints(path: str, source: str) -> list[str]:
    """What is wrong with the imports of one file; `path` is relative to src/chipwire, without suffix."""
    here = path.split("/")[0]
    found = []
    for name in imports(source):
        target = room(name)
        if name.split(".")[0] == "chipwire" and target and target != here:
            if FLOORS[target] >= FLOORS[here]:
                found.append(f"{path} imports {name}: not a floor below")
            if target == "config" and here not in ("cli", "__main__"):
                found.append(f"{path} reads config: only cli may")
        if (why := climbs(path.split("/"), name.split(".")[1:])) is not None:
            found.append(f"{path} imports {name}: {why}")
        for library, homes in HOMES.items():
            if name.split(".")[0] == library and not any(path == h or path.startswith(h + "/") for h in homes):
                found.append(f"{path} imports {name}: its home is {sorted(homes)}")
    return found


def climbs(here: list[str], there: list[str]) -> str | None:
    """Why a module of one package may not import from another of its room."""
    order = WITHIN.get(here[0], ())
    if here[:1] != there[:1] or len(here) < 3 or len(there) < 2 or not {here[1], there[1]} <= set(order):
        return None
    return "not a package before its own" if order.index(there[1]) > order.index(here[1]) else None


def files() -> list[Path]:
    return [p for p in sorted(SOURCE.rglob("*.py")) if p != SOURCE / "__init__.py"]


def test_imports_go_down() -> None:
    named = [(str(file.relative_to(SOURCE).with_suffix("")), file) for file in files()]
    assert [said for path, file in named for said in complaints(path, file.read_text(encoding="utf-8"))] == []
    assert len(named) > 250


@every(
    ("path", "line"),
    [
        ("keep/news/items", "from chipwire.serve.app import create_app"),
        ("keep/news/items", "from chipwire.enrich.tag import Tagger"),
        ("enrich/tag", "import chipwire.keep.db"),
        ("keep/news/items", "from chipwire.keep.queries.query import page"),
        ("enrich/text/folding", "from chipwire.enrich.names import companies"),
        ("domain/item", "from chipwire.keep import tables"),
        ("serve/app", "from chipwire import pipeline"),
        ("serve/app", "from chipwire.config import Settings"),
        ("serve/app", "import httpx"),
        ("pipeline", "from sqlalchemy import text"),
        ("send/compose", "import smtplib"),
        ("collect/content/clean", "import feedparser"),
        ("pipeline", "def f():\n    from chipwire import clock"),
    ],
)
def test_a_planted_import_is_found(path: str, line: str) -> None:
    assert complaints(path, line) != []


BROUGHT_BY = {"dkim": "dkimpy", "markupsafe": "jinja2", "sqlalchemy": "sqlmodel", "starlette": "fastapi"}
"""Packages that are imported under another name, or that the declared one exists to wrap."""
NOT_IMPORTED = {
    "python-multipart": "fastapi reads forms with it",
    "tzdata": "zoneinfo's data where the system has none",
}


def declared() -> set[str]:
    """The packages that pyproject.toml asks for, extras for users among them."""
    project = tomllib.loads((SOURCE.parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    return {re.split(r"[^\w.-]", one)[0] for one in (*project["dependencies"], *extras["postgres"], *extras["mcp"])}


def test_what_is_imported_is_declared_and_what_is_declared_is_imported() -> None:
    tops = {name.split(".")[0] for file in files() for name in imports(file.read_text(encoding="utf-8"))}
    used = {BROUGHT_BY.get(top, top.replace("_", "-")) for top in tops - sys.stdlib_module_names - {"chipwire"}}
    assert used == declared() - set(NOT_IMPORTED)


def left_behind(source: str) -> set[str]:
    """Private names that a module gives to values and never reads."""
    module, *below = nodes(source)
    assert isinstance(module, ast.Module)
    read = {node.id for node in below if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    made = {
        name.id
        for node in module.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for name in ast.walk(node)
        if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)
    }
    return {name for name in made - read if name.startswith("_") and not name.startswith("__")}


def test_no_private_value_is_left_behind() -> None:
    assert left_behind("_A, _B = 1, 2\nC = _A") == {"_B"}
    found = {str(file): left_behind(file.read_text(encoding="utf-8")) for file in files()}
    assert {file: names for file, names in found.items() if names} == {}


def test_no_file_is_too_long_to_be_read_at_once() -> None:
    """Tests as well. The first step of the schema is a table after the other."""
    top = SOURCE.parents[1]
    lengths = {p: len(p.read_bytes().splitlines()) for room in ("src", "tests") for p in (top / room).rglob("*.py")}
    long = {str(path.relative_to(top)) for path, lines in lengths.items() if lines > LINES}
    assert long == {"src/chipwire/keep/migrations/versions/0001_first.py"}


def test_every_room_has_a_floor() -> None:
    rooms = {p.stem for p in SOURCE.iterdir() if p.suffix == ".py" or (p.is_dir() and (p / "__init__.py").exists())}
    assert rooms - {"__init__"} <= set(FLOORS)
