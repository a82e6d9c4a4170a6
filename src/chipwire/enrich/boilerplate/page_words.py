"""data/beside.toml: words that speak to a reader or belong to a page, and what each sign of a box weighs."""

import re
from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel

from chipwire.enrich import data_file
from chipwire.errors import ConfigError

FEATURES = (
    "bias", "unstopped", "last_unstopped", "asks", "apart", "apart_unstopped", "lone", "bars", "clock", "numbers",
    "ranks", "label", "facts", "you", "ours", "page", "pages", "near_you", "near_page", "noted", "signals",
    "near_signals", "platforms", "quoted", "said", "capitals", "many", "titled", "kin",
)  # fmt: skip
UNSPACED = re.compile(r"[\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
"""A letter of kana, Han or hangul, whose words are written together or bear particles."""


class Words(BaseModel, extra="forbid"):
    """data/beside.toml: what speaks to a reader and what belongs to a page, by language, and a weight per feature.

    Words with a capital count only as written and behind the first word. Those with a space may be parts of others,
    as may those in Han, kana and hangul.
    """

    you: dict[str, list[str]]
    page: dict[str, list[str]]
    weights: dict[str, float]

    @classmethod
    def load(cls, data: Path) -> "Words":
        path = data / "beside.toml"
        loaded = data_file.read(path, cls)
        if missing := set(FEATURES) ^ set(loaded.weights):
            raise ConfigError(
                f"{path}: weights: {sorted(missing)} missing or unknown; run python -m tests.bench.fit_beside"
            )
        return loaded


class Lexicon:
    """Words of one kind and language."""

    def __init__(self, words: Iterable[str]) -> None:
        parts = [word for word in words if " " in word or UNSPACED.search(word)]
        self._whole = frozenset(words).difference(parts)
        self._parts = re.compile("|".join(map(re.escape, parts))) if parts else None

    def count(self, text: str, words: frozenset[str]) -> int:
        """How many of them a text has, whose words these are."""
        parts = len(set(self._parts.findall(text))) if self._parts else 0
        return len(self._whole & words) + parts
