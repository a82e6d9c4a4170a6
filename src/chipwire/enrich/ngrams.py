"""Letters → n-grams of languages: py3langid's automaton in a sixth of its memory, with the same answers.

Most states go on from most letters as all others do, so equal stretches of the table are kept once, in blocks. A state
is kept as the row of the table that it goes on by, which it shares with others, and the feature that it ends.
"""

from array import array
from collections import Counter
from collections.abc import Collection
from copy import copy
from typing import Any

import numpy as np
from numpy.typing import NDArray
from py3langid.langid import MODEL_FILE, LanguageIdentifier

_BITS = 4
"""Of a byte's eight, how many choose within a block: with 16 letters in each, blocks and their index are smallest."""
_WIDTH = 1 << _BITS
_HIGH = bytes(byte >> _BITS for byte in range(256))
_LOW = bytes(byte & (_WIDTH - 1) for byte in range(256))


class Identifier(LanguageIdentifier):  # type: ignore[misc]
    """py3langid's identifier for some languages."""

    __slots__ = ("_blocks", "_features", "_kept", "_rows", "_start")

    @classmethod
    def load(cls) -> "Identifier":
        """The whole model; reading it takes 0.8 s."""
        made: Identifier = cls.from_model_file(MODEL_FILE, norm_probs=True)
        # As bytes: comparing rows number by number takes nine times as long.
        table = np.frombuffer(made.tk_nextmove, dtype=np.dtype((np.void, 4 * _WIDTH)))
        blocks, index = np.unique(table, return_inverse=True)
        states, rows = blocks.view(np.uint32).reshape(-1, _WIDTH), np.asarray(made.tk_row)
        made._blocks = _columns(index.reshape(-1, 256 // _WIDTH))
        made._rows = _columns(rows[states])
        made._features = np.asarray(made.tk_output, dtype=np.int32)[states]
        block, low = np.argwhere(rows[states] == rows[0])[0].tolist()  # some step that leads to where a text begins
        made._start = block, bytes([low])
        made._kept = None
        made.tk_nextmove = made.tk_row = made._rowbase = made.tk_output = None
        return made

    def only(self, languages: Collection[str]) -> "Identifier":
        """For these languages alone, with nothing kept of any other; odds of features that are alike in all of them
        are kept once."""
        made = copy(self)
        made.set_languages(languages)
        odds, kept = np.unique(_as_bytes(made.nb_ptc), return_inverse=True)
        made.nb_ptc, made._kept = odds.view(made.nb_ptc.dtype).reshape(len(odds), -1), kept.astype(_least(kept))
        made._full_model = (made.nb_ptc, made.nb_pc, made.nb_classes)
        return made

    def _raw_score(self, text: bytes) -> Any:
        """As the original has it, but for where the next state is looked up."""
        (block, before), low = self._start, text.translate(_LOW)
        steps = zip(
            map(self._blocks.__getitem__, text.translate(_HIGH)),
            map(self._rows.__getitem__, before + low[:-1]),
            strict=True,
        )
        taken = [block := blocks[rows[block]] for blocks, rows in steps] if text else []
        found = self._features[np.array(taken, dtype=np.intp), np.frombuffer(low, dtype=np.uint8)]
        if len(seen := found[found >= 0]):
            return self._sparse_score(Counter(seen.tolist()), self.nb_ptc)
        return np.zeros(len(self.nb_classes), dtype=np.float32)

    def _sparse_score(self, visits: Counter[int], table: NDArray[np.float16]) -> Any:
        features = np.array([*visits], dtype=np.intp)
        kept = features if self._kept is None else self._kept.take(features)
        return np.log1p(np.array([*visits.values()], dtype=np.float32)) @ table[kept] + self.nb_pc


def _columns(table: NDArray[np.integer[Any]]) -> list["array[int]"]:
    """Its columns, in as few bytes a number as hold them; an array, as numpy takes twice as long to give one number."""
    kind = np.dtype(_least(table))
    found = []
    for column in table.T:
        numbers = array(kind.char)
        numbers.frombytes(column.astype(kind).tobytes())
        found.append(numbers)
    return found


def _least(numbers: NDArray[np.integer[Any]]) -> np.dtype[Any]:
    return np.min_scalar_type(int(numbers.max()))


def _as_bytes(table: NDArray[Any]) -> NDArray[np.void]:
    """Each row as one value, to be compared in one step."""
    rows = np.ascontiguousarray(table)
    return rows.view(np.dtype((np.void, rows.itemsize * rows.shape[1]))).ravel()
