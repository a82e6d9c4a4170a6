"""Where a name stands in a text: dateline, end of the title, behind "according to", before "reported"."""

import re

from chipwire.enrich.text.scripts import spaced

DASHES = ("-", "–", "—")
_PLACE = re.compile(r"\s*[^\W\d_][^\n!?:;]{1,38}([,.–—-])\s*")
"""A town, perhaps with the day: what an agency's name stands behind at the very beginning."""
PHOTO = re.compile(r"(?i)(?:圖|图|写真|사진|photo|foto|picture|bild|image|фото|ảnh|ภาพ|صورة|फोटो)\w*\s*[／/:：=|]?\s*$")
"""In a bracket before a name: whose the picture is."""
END_OF_SENTENCE = re.compile(r"[。！？\n.!?](?:(?<=[。！？\n])|(?=\s|$))")


def whole(text: str, start: int, end: int) -> bool:
    """Latin and Cyrillic names stand as words; Han, kana and hangul may touch others."""
    inside = start and text[start].isalnum() and spaced(text[start]) and text[start - 1].isalnum()
    if inside and spaced(text[start - 1]):
        return False
    after = text[end : end + 1]
    return not (after.isalnum() and spaced(after) and spaced(text[end - 1]))


def sentence(lower: str, start: int, end: int) -> tuple[str, str]:
    """What stands before and after in the same sentence, at most 48 and 90 code points."""
    left, right = lower[max(0, start - 48) : start], lower[end : end + 90]
    for match in END_OF_SENTENCE.finditer(left):
        left = lower[start - 48 + match.end() if start >= 48 else match.end() : start]
    stop = END_OF_SENTENCE.search(right)
    return left, right[: stop.start()] if stop else right


def title_place(left: str, right: str) -> bool:
    """ "… - Bloomberg", "路透：…", "Reuters: …"."""
    return (not left.strip() and right[:1] in ":：") or (left.rstrip()[-1:] in "-–—|｜" and not right.strip())


def dateline(left: str, right: str) -> bool:
    """(Reuters) -, （中央社台南17日電）, 【台北共同】, (서울=연합뉴스), /ТАСС/."""
    opened = max(left.rfind(mark) for mark in "(（【[/")
    if opened < 0 or any(mark in left[opened + 1 :] for mark in ")）】]"):
        return False
    closing = {"(": ")", "（": "）", "【": "】", "[": "]", "/": "/"}[left[opened]]
    return closing in right and not PHOTO.search(left, opened)


def opening(left: str, right: str) -> bool:
    """Tokyo, Kyodo News -; МОСКВА, 4 мая — РИА Новости. `left` is all of the body before the name."""
    place = _PLACE.fullmatch(left)
    if place is None:
        return False
    return right.strip()[:1] in DASHES or (place[1] in DASHES and right[:1] in (".", ","))


def said(left: str, cue: str) -> bool:
    """An attribution before the name, at most three words or twelve signs away."""
    at = left.rfind(cue)
    if at < 0 or (cue[0].isalpha() and spaced(cue[0]) and at and left[at - 1].isalpha()):
        return False
    between = left[at + len(cue) :]
    if spaced(cue[-1]) and between[:1].isalpha():
        return False
    return len(between) <= 24 and len(between.split()) <= 3 and not any(mark in between for mark in ",，、;；")


def says(right: str, cue: str, near: bool = False) -> bool:
    at = right.find(cue)
    if at < 0:
        return False
    reach = 3 if near or len(cue) == 1 else 14 if spaced(cue[0]) else 60
    alone = not spaced(cue[0]) or not (
        right[at - 1 : at].isalpha() or right[at + len(cue) : at + len(cue) + 1].isalpha()
    )
    return at <= reach and alone
