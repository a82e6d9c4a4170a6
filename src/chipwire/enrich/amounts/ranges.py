"""Two numbers that belong together: the ends of a range, 5 to 8 %, or what was and what became of it, from 5 to 8 %."""

from typing import Literal

from chipwire.enrich.amounts.around import Words
from chipwire.enrich.amounts.cjk import Unspaced
from chipwire.enrich.amounts.numbers import LARGE, Amount
from chipwire.enrich.amounts.spaced import Spaced

Grammar = Spaced | Unspaced
Said = Literal["range", "change", "perhaps"]

CLAUSE = 60
"""So far before "from", in code points, the verb of a change stands."""
APART = 1e4
"""No range is so wide: of 2 mil y 3 mil millones the first number means millions, too."""
_ORIGIN = 24
"""The longest phrase before the first number, with what may stand between them."""


def second(text: str, first: Amount, grammar: Grammar, words: Words) -> tuple[Amount, bool] | None:
    """The other number, and whether it is a change; what the first lacks of unit and scale is filled in."""
    link = _link(text, first, words)
    if link is None:
        return None
    at, said = link
    number = grammar.number_at(text, at)
    other = grammar.amount(text, number, linked=True) if number else None
    if other is None or (other.unit is None and not first.prefixed):
        return None
    if other.unit is None:
        other.unit, other.scale = first.unit, first.scale
    if first.unit not in (None, other.unit):
        return None
    change = said == "change" or (said == "perhaps" and _confirmed(text, first, other, words))
    low = Amount(first.start, first.end, first.number, first.multiplier, other.unit, first.scale)
    if first.unit is None or first.prefixed:
        low.scale = other.scale
        short = first.number < 1000 and not first.grouped if change else first.number * first.scale < other.number
        apart = first.multiplier > 1 and not change and low.value * APART < other.value
        if apart or (first.multiplier == 1 and short):
            low.multiplier = other.multiplier
        if isinstance(grammar, Unspaced) and first.number < other.number / 1000:
            low.multiplier = _shared(text, other)
    if not (change or low.value < other.value):
        return None
    first.number, first.multiplier, first.unit, first.scale = low.number, low.multiplier, low.unit, low.scale
    return other, change


def _confirmed(text: str, first: Amount, other: Amount, words: Words) -> bool:
    """72%から81%に is a change by what follows; monter de 5 à 8 % is by so much, de 5 % à 8 % from here to there."""
    if words.cjk:
        return text.startswith(words.becomes, other.end)
    return first.unit is not None or other.unit != "%"


def _shared(text: str, other: Amount) -> float:
    """20~30만 개, 15至20亿元: the first number shares the last step of the second."""
    for char in reversed(text[other.start : other.end]):
        if char in LARGE:
            return LARGE[char]
    return 1.0


def _link(text: str, first: Amount, words: Words) -> tuple[int, Said] | None:
    """Where the second number should begin, and what the words before it say of the two."""
    at = first.end
    gap = text[at : at + 1] == " "
    rest = text[at + gap : at + gap + 12].lower()
    for link in words.to if rest.startswith(words.to) else ():
        if rest.startswith(link) and (gap or words.cjk or not link[0].isalpha()):
            return _behind(text, at + gap + len(link)), _said(text, first, link, words)
    if rest.startswith(words.both) and behind_any(text, first, words.between):
        return _behind(text, at + gap + next(len(link) for link in words.both if rest.startswith(link))), "range"
    if gap and not words.cjk and rest.startswith(words.into) and behind_any(text, first, words.origin):
        link = next(link for link in words.into if rest.startswith(link))
        return _behind(text, at + gap + len(link)), "change"
    return None


def _behind(text: str, at: int) -> int:
    return at + (text[at : at + 1] == " ")


def _said(text: str, first: Amount, link: str, words: Words) -> Said:
    """ "From" before a whole amount tells a change; before a bare number, or where it means "of" too, a verb must."""
    if words.cjk:
        return "perhaps" if link in words.into else "range"
    if not link[0].isalpha() or not behind_any(text, first, words.origin):
        return "range"
    whole = first.unit is not None or first.multiplier > 1
    sure = behind_any(text, first, words.start)
    if sure and whole:
        return "change"
    if not words.moves.search(text, max(0, first.start - CLAUSE), first.start):
        return "range"
    return "change" if sure else "perhaps"


def behind_any(text: str, amount: Amount, phrases: tuple[str, ...]) -> bool:
    """Whether an amount stands behind one of some phrases."""
    return text[max(0, amount.start - _ORIGIN) : amount.start].rstrip().lower().endswith(phrases)
