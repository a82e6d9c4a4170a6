"""Lines that stand in a feed's items whatever these are about are boxes beside them; no list of words says so.

Pure: from what a feed's last items said, line by line, to the lines that are boxes, and to their spans in one text.
Everything here would rather miss a box than silence a report: see .github/decisions/lines-that-recur.md.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import timedelta
from itertools import chain, groupby, takewhile
from operator import itemgetter

from chipwire.enrich.boilerplate.lines import LEAST, Divided, Line, divided, words
from chipwire.enrich.boilerplate.remember import Said, keys_of, unpacked

STORIES, AT_ONCE = 5, 6
"""Reports that share nothing else in their titles, which a box stands in; more where all are of two days."""
SHARE, AT_ONCE_SHARE, OPENING_SHARE = 0.2, 1 / 3, 0.5
"""The part of the items since its first that carry a box; more where all are of two days, and where it opens texts."""
SPREAD = timedelta(days=2)
TIED, NEARLY_ALL = 0.5, 0.8
"""Where so many of the items with a line name its company elsewhere it is no box, unless nearly all items have it."""
OWN, OWN_SHARE = 40, 0.25
"""Letters, and part of a text, that must be left: a text that is all recurring lines is a form that was filled in."""
RUNS = 2
"""A text with more runs of recurring lines is a form too."""


def boxes(heard: Sequence[bytes]) -> dict[int, float]:
    """The lines that are boxes in a feed that said this, oldest first, with the part of its items that carry them."""
    keys = keys_of(heard)
    often = {key for key, number in Counter(keys).items() if number >= STORIES}
    if not often:
        return {}
    carriers: dict[int, list[Said]] = {key: [] for key in often}
    since: dict[int, int] = {}
    for place, item in enumerate(map(unpacked, heard)):
        for key in item.lines & often:
            carriers[key].append(item)
            since.setdefault(key, place)
    shares = {key: len(those) / (len(heard) - since[key]) for key, those in carriers.items()}
    found = {key: share for key, share in shares.items() if _spread(carriers[key], share)}
    return {k: share for k, share in found.items() if share >= NEARLY_ALL or not _tied(k, carriers[k], found.keys())}


def _spread(carriers: Sequence[Said], share: float) -> bool:
    """Whether a line stands in enough items, of enough different things."""
    minutes = [one.minute for one in carriers if one.minute]
    at_once = not minutes or max(minutes) - min(minutes) < SPREAD / timedelta(minutes=1)
    least, need = (AT_ONCE_SHARE, AT_ONCE) if at_once else (SHARE, STORIES)
    return share >= least and _independent(carriers, need)


def _tied(key: int, carriers: Iterable[Said], boxes: AbstractSet[int]) -> bool:
    """Whether most items that carry a line name a company of it elsewhere: then it is told of that company.

    "Declined to comment", whom it supplies, what it is worth: such a line comes with its company, a box with any.
    """
    naming = [(one, names) for one in carriers if (names := one.named.get(key))]
    tied = sum(not names.isdisjoint(one.elsewhere(boxes)) for one, names in naming)
    return bool(naming) and tied >= TIED * len(naming)


def _independent(carriers: Sequence[Said], need: int) -> bool:
    """Whether so many of them are of different things: no two share a word of the title, or say nothing of their own.

    Reports of one event, of one company, of a series, the updates of one report and the copies of it all do.
    """
    usual = Counter(chain.from_iterable(one.title for one in carriers))
    apart: list[Said] = []
    for one in sorted(carriers, key=lambda one: sum(usual[word] for word in one.title)):
        if one.title and all(one.title.isdisjoint(other.title) and one.lines - other.lines for other in apart):
            apart.append(one)
            if len(apart) == need:
                return True
    return False


def spans(title: str, body: str, known: Mapping[int, float]) -> list[tuple[int, int]]:
    """Where the boxes stand in a text, in code points of its body; nothing where too little of it would be left."""
    if not known:
        return []
    parts = divided(body)
    if known.keys().isdisjoint(parts.known_by()):
        return []
    subject = words(title)

    def is_box(line: Line) -> bool:
        if line.weight < LEAST or line.key not in known:
            return False
        return not subject or 2 * len(subject & words(body[line.start : line.end])) < len(subject)

    found = _lines(parts.lines, is_box, known)
    if found is None:
        return []
    if parts.lines[-1] not in found:
        found += _sentences(parts, is_box, known)
    whole = sum(line.weight for line in parts.lines)
    left = whole - sum(line.weight for line in found)
    return sorted((line.start, line.end) for line in found) if left >= max(OWN, OWN_SHARE * whole) else []


def _lines(lines: Sequence[Line], is_box: Callable[[Line], bool], known: Mapping[int, float]) -> list[Line] | None:
    """Whole lines that are boxes; None when the text is a form."""
    weighty = [(line, is_box(line)) for line in lines if line.weight >= LEAST]
    runs = [(recurs, [line for line, _ in run]) for recurs, run in groupby(weighty, key=itemgetter(1))]
    if sum(recurs for recurs, _ in runs) > RUNS:
        return None
    if runs and runs[0][0] and not _may_open(runs[0][1], known):
        runs = runs[1:]
    return [line for recurs, run in runs if recurs for line in run]


def _may_open(run: Sequence[Line], known: Mapping[int, float]) -> bool:
    """Whether these are a box before a text, and not how a series or a form begins."""
    return len(run) == 1 and known[run[0].key] >= OPENING_SHARE


def _sentences(parts: Divided, is_box: Callable[[Line], bool], known: Mapping[int, float]) -> list[Line]:
    """The closing sentences that are boxes up to the end of the text, and the opening one."""
    ending = takewhile(lambda one: one.weight < LEAST or is_box(one), reversed(parts.closing))
    found = [one for one in ending if is_box(one)]
    return found + [one for one in parts.opening if is_box(one) and _may_open([one], known)]
