"""What a text is about: topics by keywords with strengths, and whether it is semiconductor or AI news at all."""

from collections.abc import Collection
from pathlib import Path

from chipwire.domain import Topic


class Topics:
    """Keyword lists of data/topics.toml in one automaton."""

    all: dict[str, Topic]

    def __init__(self, topics: dict[str, Topic]) -> None:
        self.all = topics

    @classmethod
    def load(cls, data: Path) -> "Topics":
        return cls({})

    def tag(self, title: str, body: str, lang: str, companies: Collection[str] = ()) -> tuple[list[str], bool]:
        """Topic slugs, strongest first, and relevance; `companies` are slugs of pure chip makers named in the text."""
        return [], True
