"""The learned part of the story tracker: a few weights in data/stories.toml, fitted by tests/bench/fit_stories.py."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from chipwire.enrich import data_file
from chipwire.enrich.stories.pairs import NAMES
from chipwire.enrich.stories.views import Floats, Rarity
from chipwire.enrich.text.terms import key, terms
from chipwire.errors import ConfigError

SEQUEL = 3.5
"""Log-odds that a denial, a filing or a lawsuit adds to two stories being links of one chain."""
_ACTS, _NEAR, _DAYS = (NAMES.index(name) for name in ("acts", "near", "days"))
LITTLE, FIELD = 0.15, 0.5
"""Weights of words that say almost nothing, and of what every second report says."""


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    join: float
    follow: float
    same: dict[str, float]
    cross: dict[str, float]


class _Words(BaseModel):
    """data/words.toml: words by language, separated by spaces."""

    model_config = ConfigDict(extra="forbid")
    little: dict[str, str]
    field: dict[str, str]


@dataclass(frozen=True)
class Model:
    """Weights for pairs of one vocabulary and across languages, the threshold to join, and the common terms."""

    same: Floats
    cross: Floats
    join: float
    follow: float
    common: Rarity

    @classmethod
    def load(cls, data: Path) -> "Model":
        """Reads data/stories.toml and data/words.toml; ConfigError names what is wrong."""
        file, words = data_file.read(data / "stories.toml", _File), data_file.read(data / "words.toml", _Words)
        if set(file.same) != set(NAMES) or set(file.cross) != set(NAMES):
            raise ConfigError(f"stories.toml: [same] and [cross] need exactly {', '.join(NAMES)}. Run fit_stories.py.")
        same, cross = (np.array([weights[name] for name in NAMES]) for weights in (file.same, file.cross))
        return cls(same, cross, file.join, file.follow, Rarity(_common(words)))

    def judge(self, rows: Floats, same: NDArray[np.bool_]) -> tuple[Floats, Floats]:
        """Of pairs (feature rows, and whether each is of one vocabulary): probability of one story, and kinship.

        Kinship is how near they are in matter: the probability at one hour, where a new act speaks for a sequel.
        """
        parts = rows * np.where(same[:, None], self.same, self.cross)
        odds, weight = parts.sum(axis=1), np.where(same, self.same[_NEAR], self.cross[_NEAR])
        at_once = odds - parts[:, [_ACTS, _NEAR, _DAYS]].sum(axis=1) + weight
        return _chance(odds), _chance(_clipped(at_once) + SEQUEL * rows[:, _ACTS])


def _clipped(odds: Floats) -> Floats:
    return np.clip(odds, -30.0, 30.0)


def _chance(odds: Floats) -> Floats:
    found: Floats = 1.0 / (1.0 + np.exp(-_clipped(odds)))
    return found


def _common(words: _Words) -> dict[int, float]:
    """Weight of every term that is not worth 1."""
    weights: dict[int, float] = {}
    for weight, table in ((FIELD, words.field), (LITTLE, words.little)):
        for lang, text in table.items():
            for word in text.split():
                weights.update((key(term), weight) for term in terms(word, lang))
    return weights
