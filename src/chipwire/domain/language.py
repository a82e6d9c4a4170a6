"""Language tags (BCP 47) as feeds are said to be in them and as readers ask for them."""

import re

_TWO_LETTERS = """
aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo
es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik in io is it iu iw ja jv
ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng
nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st su
sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
"""
"""ISO 639-1, with in, iw, sh, tl, which are still written. The 8,000 codes of three letters are not looked up."""
_KNOWN = frozenset(_TWO_LETTERS.split())
_TODAY = {"in": "id", "iw": "he", "nb": "no", "nn": "no", "yue": "zh", "cmn": "zh"}
_RANGE = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]{1,8})*", re.IGNORECASE)


def normal(tag: str | None) -> str | None:
    """A feed's language tag as used here: zh-CN → zh-Hans, zh-TW → zh-Hant, en-US → en, in → id; None stays None."""
    parts = (tag or "").replace("_", "-").split("-")
    primary = _TODAY.get(parts[0].lower(), parts[0].lower())
    if primary in ("", "mul", "und"):
        return None
    if primary == "zh":
        traditional = {"tw", "hk", "mo", "hant"} & {part.lower() for part in parts[1:]}
        return "zh-Hant" if traditional or parts[0].lower() == "yue" else "zh-Hans"
    return primary


NO_LANGUAGE = "is no language: give tags such as en, id, ja, zh-Hans"
"""What is said of a range that `ranged` does not know."""


def ranged(written: str) -> str | None:
    """A language range as items are tagged: zh-CN → zh-Hans, en-US → en; zh stays and means both scripts.

    None when it can be no language: 'english', 'jp', 'zz'.
    """
    found = _RANGE.fullmatch(written)
    if found is None or (len(found[1]) == 2 and found[1].lower() not in _KNOWN):
        return None
    return written.lower() if written.lower() == "zh" else normal(written) or written.lower()
