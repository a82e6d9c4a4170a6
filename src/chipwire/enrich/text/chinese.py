"""Chinese is written in two scripts: texts are read in the simplified one, words of lexicons are looked for in both."""

from collections.abc import Callable
from functools import lru_cache

from opencc import OpenCC


@lru_cache(maxsize=1)
def simplifier() -> OpenCC:
    """Traditional to simplified characters; its dictionaries take 25 MB, so that a process has them once."""
    return OpenCC("t2s")


def spellings(lang: str) -> Callable[[str], list[str]]:
    """What says how a lexicon's word is written in a language, by its base tag: as it is, Chinese in every script too.

    The dictionaries of the scripts are let go with it.
    """
    scripts = [OpenCC(name) for name in ("t2s", "s2t", "s2tw", "s2hk")] if lang == "zh" else []
    return lambda word: list(dict.fromkeys((word, *(script.convert(word) for script in scripts))))
