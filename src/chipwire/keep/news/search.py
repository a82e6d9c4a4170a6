"""The full-text index: one normal form for what is stored and what is asked, so that every script finds itself.

NFKC, lower case, traditional to simplified Chinese, a space round every Han, kana and hangul character, and round every
letter with its marks in the scripts of South-East Asia that write words together: names inside a run are found as
phrases. The index holds no text (contentless), so a row is taken out by what it was put in with: call `remove` before
title, summary or text of an item change, `index` afterwards.
"""

import html
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from typing import Any

import opencc
from sqlalchemy import Boolean, ColumnElement, Connection, Dialect, FromClause, bindparam, column, func, select, text
from sqlalchemy import table as plain_table
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import UserDefinedType

from chipwire.keep.news import lexemes, segments
from chipwire.keep.sql.bulk import Many
from chipwire.keep.sql.compiled import Among
from chipwire.keep.tables import table

_ITEM = table("item").c
_META = table("meta").c
FTS = plain_table("item_fts", column("rowid"), column("item_fts"))
"""The index as a table of item ids; ask it with `matches`."""

_HAN = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_ALONE = re.compile(f"[{_HAN}\u3040-\u30ff\u31f0-\u31ff\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")
_RUN = re.compile(f"{_ALONE.pattern}+")
_TOGETHER = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
"""Thai, Lao, Burmese, Khmer."""
_MARKS = "".join(letter for letter in map(chr, range(0xE00, 0x1800)) if unicodedata.category(letter)[0] == "M")
_SYLLABLES = re.compile(f"[{_TOGETHER}]+")
_SYLLABLE = re.compile(f".[{_MARKS}]*", re.DOTALL)
_ANY_HAN = re.compile(f"[{_HAN}]")
_SILENT = re.compile("[\u0610-\u061a\u0640\u064b-\u065f\u0670\u200b-\u200f\u2060\ufeff]")
"""Arabic vowel signs and stretching, and characters without width: written or not, the word is the same."""
_SAME = {"đ": "d", "ø": "o", "ł": "l", "ħ": "h", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "ё": "е"}
"""Letters that people type without their stroke or dot, and that no decomposition takes apart."""
_ARABIC = dict(zip("أإآٱىیةک٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "ااااييهك01234567890123456789", strict=True))
"""Arabic letters that writers choose between (إنفيديا or انفيديا), Persian ones of the same name, and their digits."""
_TODAY = _SAME | _ARABIC
_CHOSEN = re.compile(f"[{''.join(_TODAY)}]")
_TAG = re.compile(r"<[^<>]*>")
_SIMPLER = opencc.OpenCC("t2s")
_CREATE = (
    "CREATE VIRTUAL TABLE item_fts USING fts5(title, body, content='', columnsize=0,"
    " tokenize=\"unicode61 remove_diacritics 2 categories 'L* N* Co M*'\")"
)
_CREATE_POSTGRES = (
    "CREATE TABLE item_fts (rowid BIGINT PRIMARY KEY, item_fts TSVECTOR NOT NULL)",
    "CREATE INDEX item_fts_words ON item_fts USING gin (item_fts) WITH (fastupdate = off)",
)
_MADE_BY = f"opencc {version('opencc')} unicode {unicodedata.unidata_version}"
_NOW = 4
_ARABIC_BLOCKS = "\u0600-\u06ff\ufb50-\ufdff\ufe70-\ufefe\U0001ee00-\U0001eeff"
_FORMERLY = {3: re.compile(f"[{_ARABIC_BLOCKS}]"), 2: re.compile(f"[{_ARABIC_BLOCKS}{_TOGETHER}]")}
"""Forms of the past, and what may have been written otherwise in them: only items that have it are indexed anew."""
_BATCH = 500
_TOLD = 20_000
"""Items indexed anew between two words about it, some two seconds."""
_WORDS = Among(select(_ITEM.id, _ITEM.title, _ITEM.summary, _ITEM.text), _ITEM.id)
_PUT = Many(text("INSERT INTO item_fts(rowid, title, body) VALUES (:id, :title, :body)"))
_CUT = Many(text("INSERT INTO item_fts(item_fts, rowid, title, body) VALUES ('delete', :id, :title, :body)"))


def normal(words: str, form: int = _NOW) -> str:
    """The one form in which texts are indexed and queries are asked; with `form` one of _FORMERLY."""
    plain = unicodedata.normalize("NFKC", words).lower().replace("\0", " ")
    if plain.isascii():
        return plain
    same = _SAME if form < 4 else _TODAY
    plain = _CHOSEN.sub(lambda letter: same.get(letter[0], letter[0]), _SILENT.sub("", plain))
    if _ANY_HAN.search(plain):
        plain = _SIMPLER.convert(plain)
    if form > 2:
        plain = _SYLLABLES.sub(lambda run: f" {' '.join(_SYLLABLE.findall(run[0]))} ", plain)
    return _RUN.sub(lambda run: f" {' '.join(run[0])} ", plain)


def is_alone(letter: str) -> bool:
    """Is this a character that stands as a word of its own in the normal form?"""
    return bool(_ALONE.fullmatch(letter))


def body(summary: str, full: str) -> str:
    """What is searched beside the title: the text, and the summary's words where the text does not hold them."""
    lead = html.unescape(_TAG.sub(" ", summary)) if "<" in summary or "&" in summary else summary
    return full if lead in full else f"{lead}\n{full}"


class _Match(UserDefinedType[str]):
    """An `Expression`'s match: FTS5 takes it as it is, PostgreSQL as a tsquery."""

    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Any:
        return lexemes.query if dialect.name == "postgresql" else None


class _Matches(FunctionElement[bool]):
    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> Any:
        """Stands as it is: SQLite would else be asked for MATCH … = 1, which its index does not know."""
        return self


@compiles(_Matches)
def _by_fts5(element: Any, compiler: Any, **more: Any) -> str:
    index, match = element.clauses
    return f"{compiler.process(index, **more)} MATCH {compiler.process(match, **more)}"


@compiles(_Matches, "postgresql")
def _by_tsquery(element: Any, compiler: Any, **more: Any) -> str:
    index, match = element.clauses
    return f"{compiler.process(index, **more)} @@ CAST({compiler.process(match, **more)} AS tsquery)"


def matches(source: FromClause) -> ColumnElement[bool]:
    """The condition that a row of the index (or an alias of it) meets the parameter "match", an `Expression`'s."""
    return _Matches(source.c.item_fts, bindparam("match", type_=_Match()))


def create(c: Connection, progress: Callable[[str], None] = lambda _words: None) -> None:
    """Make the index where it is missing, and make it anew when, or as far as, its normal form is an older one: then
    `progress` hears how far it is."""
    there = _is_there(c)
    if not there:
        for statement in _CREATE_POSTGRES if _on_postgres(c) else (_CREATE,):
            c.execute(text(statement))
        if not _on_postgres(c):
            segments.settle(c)
    reached = _form(c) if there else None
    former = next((form for form in _FORMERLY if _written(form) == reached), None)
    if former and not _on_postgres(c):
        _renew(c, former, progress)
    elif reached != _written(_NOW):
        rebuild(c, progress)


def is_current(c: Connection) -> bool:
    """Whether the index is there and in today's normal form."""
    return _is_there(c) and _form(c) == _written(_NOW)


def index(c: Connection, item_ids: Sequence[int]) -> None:
    """Put these items into the index, as their rows are now; they must not be in it."""
    for rows in _texts(c, item_ids):
        if _on_postgres(c):
            made = [{"id": row["id"], "words": lexemes.vector(row["title"], row["body"])} for row in rows]
            c.execute(text("INSERT INTO item_fts VALUES (:id, CAST(:words AS tsvector))"), made)
        else:
            _PUT(c, rows)


def remove(c: Connection, item_ids: Sequence[int]) -> None:
    """Take these items out of the index; their rows must still be as they were when they were put in."""
    if _on_postgres(c):
        c.execute(text("DELETE FROM item_fts WHERE rowid = ANY(:ids)"), {"ids": list(item_ids)})
        return
    for rows in _texts(c, item_ids):
        _CUT(c, rows)


def _renew(c: Connection, former: int, progress: Callable[[str], None]) -> None:
    """From a form of the past: index anew what was written otherwise in it. Anew as a whole takes minutes."""
    for ids in _all_ids(c, progress):
        rows = [row for row in _WORDS(c, ids) if _FORMERLY[former].search(f"{row[1]}\n{body(row[2], row[3])}")]
        if rows:
            _CUT(c, [_spelled(row, former) for row in rows])
            _PUT(c, [_spelled(row) for row in rows])
    _remember(c)


def rebuild(c: Connection, progress: Callable[[str], None] = lambda _words: None) -> None:
    """Index every item anew and remember the normal form."""
    c.execute(
        text("DELETE FROM item_fts" if _on_postgres(c) else "INSERT INTO item_fts(item_fts) VALUES ('delete-all')")
    )
    for ids in _all_ids(c, progress):
        index(c, ids)
    _remember(c)


def _remember(c: Connection) -> None:
    c.execute(text("DELETE FROM meta WHERE key = 'search_form'"))
    c.execute(text("INSERT INTO meta(key, value) VALUES ('search_form', :form)"), {"form": _written(_NOW)})


def _on_postgres(c: Connection) -> bool:
    return c.dialect.name == "postgresql"


def _is_there(c: Connection) -> bool:
    asked = "SELECT 1 FROM sqlite_master WHERE name = 'item_fts'"
    there = c.execute(text("SELECT to_regclass('item_fts')" if _on_postgres(c) else asked)).scalar()
    return there is not None


def _written(form: int) -> str:
    return f"{form} {_MADE_BY}"


def _form(c: Connection) -> str | None:
    return c.execute(select(_META.value).where(_META.key == "search_form")).scalar()


def _all_ids(c: Connection, progress: Callable[[str], None]) -> Iterator[list[int]]:
    """Ids of all items, some thousands at a time."""
    total = c.execute(select(func.count()).select_from(table("item"))).scalar_one()
    last = count = 0
    some = select(_ITEM.id).where(_ITEM.id > bindparam("last")).order_by(_ITEM.id).limit(10 * _BATCH)
    while ids := list(c.execute(some, {"last": last}).scalars()):
        yield ids
        last, count = ids[-1], count + len(ids)
        if count == total or count % _TOLD == 0:
            progress(f"search index: {count:,} of {total:,} items")


def _texts(c: Connection, item_ids: Sequence[int]) -> Iterator[list[dict[str, Any]]]:
    """Rows of {id, title, body} in normal form, a batch at a time."""
    for start in range(0, len(item_ids), _BATCH):
        rows = _WORDS(c, item_ids[start : start + _BATCH])
        if rows:
            yield [_spelled(row) for row in rows]


def _spelled(row: Any, form: int = _NOW) -> dict[str, Any]:
    """{id, title, body} of a row of _WORDS."""
    number, title, summary, full = row
    return {"id": number, "title": normal(title, form), "body": normal(body(summary, full), form)}
