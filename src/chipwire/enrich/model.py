"""The learned part of the story tracker: a few weights in data/stories.toml, fitted by tests/bench/fit_stories.py."""

import math
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from chipwire.enrich.pairs import NAMES, Odds
from chipwire.enrich.terms import key, terms
from chipwire.errors import ConfigError

M = TypeVar("M", bound=BaseModel)
SEQUEL = 3.5
"""Log-odds that a denial, a filing or a lawsuit adds to two stories being links of one chain."""
_ACTS = NAMES.index("acts")
assert NAMES[_ACTS:] == ("acts", "rhythm", "near", "days", "bias")
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

    same: Odds
    cross: Odds
    join: float
    follow: float
    common: dict[int, float]

    @classmethod
    def load(cls, data: Path) -> "Model":
        """Reads data/stories.toml and data/words.toml; ConfigError names what is wrong."""
        file, words = _read(data / "stories.toml", _File), _read(data / "words.toml", _Words)
        if set(file.same) != set(NAMES) or set(file.cross) != set(NAMES):
            raise ConfigError(f"stories.toml: [same] and [cross] need exactly {', '.join(NAMES)}. Run fit_stories.py.")
        same, cross = (Odds(tuple(weights[name] for name in NAMES)) for weights in (file.same, file.cross))
        return cls(same, cross, file.join, file.follow, _common(words))

    def probability(self, row: tuple[float, ...], same: bool) -> float:
        """That the pair of this feature row is one story."""
        return (self.same if same else self.cross)(row)

    def kinship(self, row: tuple[float, ...], same: bool) -> float:
        """How near in matter: the probability at one hour, where an act that is new speaks for a sequel."""
        nearest = self.probability((*row[:_ACTS], 0.0, row[_ACTS + 1], 1.0, 0.0, 1.0), same)
        push = math.exp(SEQUEL * row[_ACTS])
        return nearest * push / (1.0 - nearest + nearest * push)


def _read(path: Path, shape: type[M]) -> M:
    try:
        return shape.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise ConfigError(f"{path.name}: {error}. Restore the file from the release.") from error


def _common(words: _Words) -> dict[int, float]:
    """Weight of every term that is not worth 1."""
    weights: dict[int, float] = {}
    for weight, table in ((FIELD, words.field), (LITTLE, words.little)):
        for lang, text in table.items():
            for word in text.split():
                weights.update((key(term), weight) for term in terms(word, lang))
    return weights
