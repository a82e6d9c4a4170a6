"""Whom a text credits with its report: an agency or an outlet, as printed and under its usual name."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, Field

from chipwire.enrich import data_file
from chipwire.enrich.attribution import dateline, opening, said, says, sentence, title_place, whole
from chipwire.enrich.boilerplate.notices import end_of_line, start_of_line
from chipwire.enrich.text.automaton import Automaton
from chipwire.enrich.text.lowering import headed
from chipwire.enrich.text.terms import family

LINE, BRACKET, SENTENCE, TITLE, PARTY = 5, 4, 3, 2, 0
"""How strongly a place speaks for a credit: a source line, a dateline, an attribution, a bare name in the title.

An outlet that a title names otherwise may be a party of the story, whose own words credit nobody."""
HEAD = 160
"""Code points at the start of the body in which a bracket is a dateline."""
FIRST, LAST = 1500, 700
"""Code points of the body that are read at its start and its end."""
_STOPS = r":：,，;；|｜()（）\[\]【】〔〕《》。\n"
_NAME = re.compile(rf"\s*[:：=]\s*([^\s{_STOPS}][^{_STOPS}]{{0,39}}?)\s*(?=[{_STOPS}]|[.]?$|[.]\s)", re.M)
_STRANGER = re.compile(
    r"(?:The )?[A-ZÀ-Þ][\w'’-]+(?: (?:& )?(?:of |del |de |du |am |in )?[A-ZÀ-Þ][\w'’-]+){1,4}"
    r"|[A-ZÀ-Þ][\w]+-(?:Zeitung|Kurier|Anzeiger)"
    r"|[\u4e00-\u9fff]{2,6}(?:日报|日報|时报|時報|财经|財經|周刊|週刊|前線|前线|快报|快報|晚报|晚報|科技报|科技報|观察|觀察)"
    r"|[\uac00-\ud7a3]{1,6}(?:경제|일보|신문|뉴스)"
)
_APART = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u4e00-\u9fff]")
"""Signs of scripts that part no words by spaces."""
_LABEL = re.compile("[:：=]")
_DATE = re.compile(r"^[가이]? ?(?:\d{1,2}[月월] ?)?\d{1,2}[日일]")
_LANGUAGE = re.compile(r"^[a-z]{2}:")
_BRACKETS = {"(": ")", "（": "）", "【": "】", "[": "]", "〔": "〕"}


class Source(BaseModel, extra="forbid"):
    """One [[source]]: a leading = wants the form's exact case, ja: that language."""

    name: str
    forms: list[str]


class Cues(BaseModel, extra="forbid"):
    """One [languages.X] of credits.toml."""

    source: list[str] = Field(default_factory=list)
    lines: list[str] = Field(default_factory=list)
    before: list[str] = Field(default_factory=list)
    after: list[str] = Field(default_factory=list)


_NONE = Cues()


class Book(BaseModel, extra="forbid"):
    """The whole of credits.toml."""

    hints: list[str]
    not_after: list[str]
    disputes: list[str]
    """What is in a title of which an outlet is a party: then the outlet says something for itself."""
    source: list[Source]
    languages: dict[str, Cues]


class Credit(NamedTuple):
    """`printed` stands at start:end; `name` is the usual name of a known source, else the same."""

    name: str
    printed: str
    start: int
    end: int
    strength: int


class Credits:
    """Agencies, outlets and the wordings that credit them, from data/credits.toml."""

    def __init__(self, book: Book) -> None:
        forms = [(_LANGUAGE.sub("", form), form, source.name) for source in book.source for form in source.forms]
        self._names = {form.lstrip("=").lower(): name for form, _, name in forms}
        self._only = {form.lower(): written[:2] for form, written, _ in forms if form != written}
        self._exact = {form[1:] for form, _, _ in forms if form[0] == "="}
        anyhow = {form.lower() for _, form, _ in forms if form[0] != "="}
        self._capital = {form.lower() for form in self._exact} - anyhow
        self._cues = book.languages
        self._not_after = tuple(book.not_after)
        self._disputes = tuple(book.disputes)
        self._hints = frozenset(book.hints)
        lines = {word.lower() for cues in book.languages.values() for word in cues.source}
        kinds = dict.fromkeys((hint.lower() for hint in book.hints), "hint") | dict.fromkeys(lines, "line")
        kinds |= dict.fromkeys(self._names, "name")
        self._kinds = list(kinds.values())
        self._automaton = Automaton(list(kinds), longest=True)

    @classmethod
    def load(cls, data: Path) -> "Credits":
        """Read data/credits.toml; ConfigError when it is wrong."""
        return cls(data_file.read(data / "credits.toml", Book))

    def find(self, title: str, body: str, lang: str) -> str | None:
        """The usual name of the agency or outlet credited, or None for the outlet's own text."""
        credit = self.credit(title, body, lang)
        return credit.name if credit else None

    def credit(self, title: str, body: str, lang: str) -> Credit | None:
        """The strongest, then earliest credit; its place counts in title + newline + what is read of the body."""
        text, lower = headed(title, body, _ends)
        found = [*self._hits(text, lower, len(title) + 1, family(lang)), *self._alone(text)]
        disputed = any(map(lower[: len(title)].__contains__, self._disputes))
        parties = {credit.name for credit in found if disputed and credit.strength == PARTY}
        credits = [one for one in found if one.strength > SENTENCE or (one.strength and one.name not in parties)]
        return min(credits, key=lambda credit: (-credit.strength, credit.start), default=None)

    def _hits(self, text: str, lower: str, border: int, lang: str) -> Iterator[Credit]:
        cues = self._cues.get(lang, _NONE)
        for index, start, end in self._automaton.find(lower):
            kind = self._kinds[index]
            if kind == "name" and self._only.get(lower[start:end], lang) == lang:
                yield from self._known(text, lower, start, end, border, cues)
            elif kind == "line":
                yield from self._line(text, start, end)
            elif kind == "hint" and text[start:end] in self._hints:
                yield from self._stranger(text, lower, start, end, cues)

    def _line(self, text: str, start: int, end: int) -> Iterator[Credit]:
        """Sumber: X, （来源：X）; the word opens a line, a bracket or a part between bars.

        Where words are not parted by spaces one before it is enough, and one behind the name ends that.
        """
        left = text[max(0, start - 2) : start]
        before = left.rstrip(" ")[-1:]
        opens = not before or before in "\n(（〔【[／/|｜.。" or (left[-1] == " " and _APART.match(text[start]))
        if opens and (match := _NAME.match(text, end)):
            last = match.end(1)
            if text[last : last + 1] in (":", "：") and " " in match[1]:  # 来源：X 编辑：Y, whose last word is a label
                last = text.rfind(" ", 0, last)
            if " " in match[1] and _APART.match(match[1]):
                last = text.index(" ", match.start(1))
            yield self._named(text, match.start(1), last, LINE)

    def _alone(self, text: str) -> Iterator[Credit]:
        """A line with nothing but a name in brackets: (dpa), （数智日报）."""
        at = 0
        for line in text.split("\n") if any(map(text.__contains__, _BRACKETS)) else ():
            inner = line.strip()
            if 3 < len(inner) < 44 and _BRACKETS.get(inner[0]) == inner[-1]:
                name = inner[1:-1].strip()
                start = at + line.find(name)
                if name.lower() in self._names or (not _LABEL.search(name) and self._outlet(name)):
                    yield self._named(text, start, start + len(name), LINE)
            at += len(line) + 1

    def _outlet(self, name: str) -> bool:
        places = ((hint, name.find(hint)) for hint in self._hints if hint in name)
        return any(whole(name, at, at + len(hint.rstrip())) for hint, at in places)

    def _named(self, text: str, start: int, end: int, strength: int) -> Credit:
        printed = text[start:end].strip(" .\"'«»“”")
        return Credit(self._names.get(printed.lower(), printed), printed, start, end, strength)

    def _known(self, text: str, lower: str, start: int, end: int, border: int, cues: Cues) -> Iterator[Credit]:
        """A listed name, by what stands round it."""
        form = text[start:end]
        if not whole(text, start, end) or (form.lower() in self._capital and form not in self._exact):
            return
        left, right = sentence(lower, start, end)
        strength = 0
        if right.lstrip(" '’s").startswith(self._not_after):
            return
        if start < border:
            strength = TITLE if title_place(left, right) or left.strip() in cues.before else 0
            if not strength and not _attributed(left, right, cues):
                yield self._named(text, start, end, PARTY)
        elif end - border < HEAD and (
            dateline(text[max(border, start - 40) : start], text[end : end + 24])
            or opening(text[border:start], text[end : end + 3])
        ):
            strength = BRACKET
        elif _fills(lower, start, end, cues):
            strength = LINE
        elif _attributed(left, _DATE.sub("", right), cues):
            strength = SENTENCE
        if strength:
            yield self._named(text, start, end, strength)

    def _stranger(self, text: str, lower: str, start: int, end: int, cues: Cues) -> Iterator[Credit]:
        """An outlet that is not listed: an attribution round a name with a word such as Times or 日报 in it."""
        window = max(0, start - 40)
        for match in _STRANGER.finditer(text, window, min(len(text), end + 30)):
            if not match.start() <= start < match.end() or match.group().lower() in self._names:
                continue
            left, right = sentence(lower, match.start(), match.end())
            if _attributed(left, _DATE.sub("", right), cues, near=True):
                yield self._named(text, match.start(), match.end(), SENTENCE)


def _ends(body: str) -> str:
    """Where credits stand: the first paragraphs and the last ones."""
    return body if len(body) < FIRST + LAST else f"{body[:FIRST]}\n{body[-LAST:]}"


def _attributed(left: str, right: str, cues: Cues, near: bool = False) -> bool:
    return any(said(left, cue) for cue in cues.before) or any(says(right, cue, near) for cue in cues.after)


def _fills(lower: str, start: int, end: int, cues: Cues) -> bool:
    """(avec AFP), mit Material von dpa, 연합뉴스 제공, AP: the name and a few set words fill the bracket or line."""
    left, right = lower[start_of_line(lower, start) : start], lower[end : end_of_line(lower, end)]
    if not left.strip() and not right.strip(" ."):
        return True
    left = left[max(left.rfind("("), left.rfind("（")) + 1 :].strip()
    cut = min((i for i in (right.find(")"), right.find("）")) if i >= 0), default=len(right))
    rest = right[:cut].strip(" .")
    opened = left in cues.lines or left in cues.source
    return (opened and not rest) or (not left and rest in cues.source)
