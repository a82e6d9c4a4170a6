"""The smaller table of the language model says what the whole one says, to the bit."""

import random
from copy import copy

import numpy as np
import pytest
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from chipwire.enrich.text.language import FAMILIES, SAMPLE, SCRIPTS, USUAL
from chipwire.enrich.text.ngrams import Identifier

SAID = [
    "",
    "Nvidia to ship H200 chips to China as export licences come through",
    "ByteDance разрабатывает микросхему для вывода нейросетей",
    "Samsung dan ByteDance membahas produksi cip AI",
    "شركة تصنع رقاقة",
    "एक कंपनी चिप बनाती है",
]


def texts() -> list[str]:
    """Sentences, heaps of common words, and letters at random out of all scripts."""
    rng = random.Random(5)
    words = [[rng.choice(sorted(words)) for _ in range(30)] for words in USUAL.values()]
    ranges = [span for spans in SCRIPTS.values() for span in spans]
    drawn = ["".join(chr(rng.randint(*rng.choice(ranges))) for _ in range(rng.randint(0, SAMPLE))) for _ in range(300)]
    return SAID + [" ".join(some) for some in words] + drawn


@pytest.mark.slow
def test_the_same_odds_as_of_the_whole_table() -> None:
    whole = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    families = [*FAMILIES.values()]
    for family, mine in zip(families, Identifier.load(families), strict=True):
        theirs = copy(whole)
        theirs.set_languages(family)
        for text in texts():
            assert np.array_equal(theirs._decide(text), mine._decide(text)), text
            assert theirs.rank(text) == mine.rank(text), text
