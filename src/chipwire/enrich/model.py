"""The learned part of the story tracker: a few weights in data/stories.toml, fitted by tests/bench/fit_stories.py."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from chipwire.enrich.pairs import NAMES, Odds
from chipwire.enrich.terms import key, terms
from chipwire.errors import ConfigError


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    join: float
    follow: float
    same: dict[str, float]
    cross: dict[str, float]
    common: dict[str, str] = {}
    """Words by language that say little, space-separated."""


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
        """Reads data/stories.toml; ConfigError names what is wrong."""
        path = data / "stories.toml"
        try:
            file = _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
            odds = [Odds(tuple(weights[name] for name in NAMES)) for weights in (file.same, file.cross)]
        except (OSError, tomllib.TOMLDecodeError, ValidationError, KeyError) as error:
            raise ConfigError(f"{path.name}: {error}. Restore the file from the release.") from error
        common = {key(term): 0.15 for lang, words in file.common.items() for term in terms(words, lang)}
        return cls(odds[0], odds[1], file.join, file.follow, common)

    def probability(self, row: tuple[float, ...], same: bool) -> float:
        """That the pair of this feature row is one story."""
        return (self.same if same else self.cross)(row)
