"""Which lines of a body stand beside its report: boxes by name, headlines of the same site, tags, fine print."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from chipwire.collect.content.links import leads_home
from chipwire.collect.content.vocabulary import APART_CLASSES, APART_ROLES, FILE, OTHER_CLASSES, TAG_LINK

_ATTRIBUTE = re.compile(r'([a-z]+)="([^"]*)"')
_BOX, _OTHER = re.compile(APART_CLASSES), re.compile(OTHER_CLASSES)
_TAG, _FILE = re.compile(TAG_LINK), re.compile(FILE, re.IGNORECASE)
_NAME = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_STOPPED = re.compile(r"[.。!?！？…][\"'”’»)」』]*$")
_WIDE = re.compile(r"[\u2e80-\ud7af]")
HEADLINE = 20
"""A headline takes at least so much room, where a sign of Han, kana or hangul takes two; a name takes less."""
HEADING, SENTENCE = 40, 60
"""What heads links takes no more room; what introduces a list that is news, and ends with a colon, as much as that."""
SHARE = 2
"""Links stand beside a report that is at least so many times as long."""


@dataclass(slots=True)
class Line:
    """What a line says, and how it is set."""

    text: str
    links: list[str]
    """The attributes of its links when it is nothing else but a label before them and a word on their source behind."""
    linked: str = ""
    """What its links say, whatever stands around them."""
    heading: bool = False
    ruled: bool = False
    """A rule is above it."""
    fine: bool = False
    """All of it is small or slanted."""
    beside: bool = False


def mark(lines: Sequence[Line], *pages: str | None) -> None:
    """Marks what stands beside the report; `pages` are the address of its entry, then others of its site."""
    _mark_links([one for one in lines if not one.beside], pages)
    _mark_tags([one for one in lines if not one.beside])
    for one in lines:
        if one.links and all("sponsored" in _relation(link) for link in one.links):
            one.beside = True
    _mark_fine_print(lines)


@lru_cache(maxsize=1024)
def is_box(attributes: str) -> bool:
    """Whether an element's role, classes or id are those of a box."""
    found = dict(_ATTRIBUTE.findall(attributes))
    if found.get("role") in APART_ROLES:
        return True
    names = f"{found.get('class', '')} {found.get('id', '')}".split()
    spelled = [" ".join(_NAME.findall(name)).lower() for name in names]
    return any(_BOX.search(name) and not _OTHER.search(name) for name in spelled)


def _mark_links(report: Sequence[Line], pages: Sequence[str | None]) -> None:
    """Headlines that lead to the same site, and what heads them, where the report is longer than all it links."""
    if sum([len(one.text) for one in report]) < (SHARE + 1) * sum([len(one.linked) for one in report]):
        return
    for first, past in _runs([_is_headline(one, pages) for one in report]):
        last = past == len(report)
        while not last and past > first and report[past - 1].heading:
            past -= 1  # what follows is told under it
        if all(_STOPPED.search(one.linked) for one in report[first:past]):
            continue
        above = report[first - 1] if first else None
        if above and above.text[-1] in ":：" and _width(above.text) >= SENTENCE:
            continue
        if above and first > 1 and _width(above.text) <= HEADING and not _STOPPED.search(above.text):
            above.beside = last or past - first > 1
        for one in report[first:past]:
            one.beside = True


def _is_headline(line: Line, pages: Sequence[str | None]) -> bool:
    if not line.links or _width(line.linked) < HEADLINE:
        return False
    return all(_is_report(_attribute(link, "href"), pages) for link in line.links)


def _is_report(address: str, pages: Sequence[str | None]) -> bool:
    return leads_home(address, *pages) and not _FILE.search(address)


def _mark_tags(report: Sequence[Line]) -> None:
    """Tags that nothing introduces, at the end."""
    tags = len(report)
    while tags and report[tags - 1].links and all(map(_is_tag, report[tags - 1].links)):
        tags -= 1
    if tags and report[tags - 1].text[-1] not in ":：":
        for one in report[tags:]:
            one.beside = True


def _mark_fine_print(lines: Sequence[Line]) -> None:
    """What is small or slanted from a rule to the end."""
    for n in range(len(lines) - 1, 0, -1):
        if not lines[n].fine:
            return
        if lines[n].ruled:
            for one in lines[n:]:
                one.beside = True
            return


def _runs(heads: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """From where to where links follow each other."""
    first = None
    for n, head in enumerate([*heads, False]):
        if head and first is None:
            first = n
        elif not head and first is not None:
            yield first, n
            first = None


def _is_tag(link: str) -> bool:
    return "tag" in _relation(link) or _TAG.search(_attribute(link, "href")) is not None


def _relation(link: str) -> list[str]:
    """What a link is to its page (HTML, 4.6.7); those that are paid for are `sponsored`."""
    return _attribute(link, "rel").split()


def _attribute(element: str, name: str) -> str:
    found: dict[str, str] = dict(_ATTRIBUTE.findall(element))
    return found.get(name, "")


def _width(text: str) -> int:
    """Letters, those of Han, kana and hangul twice."""
    return len(text) + len(_WIDE.findall(text))
