"""Letters → n-grams of languages: py3langid's automaton in a sixth of its memory, with the same answers.

Most states go on from most letters as all others do, so equal stretches of the table are kept once, in blocks. A state
is kept as the row of the table that it goes on by, which it shares with others, and the feature that it ends. The model
is read piece by piece: as py3langid reads it, a process has 150 MiB more for a moment.
"""

import lzma
import shutil
import tempfile
from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from py3langid.langid import MODEL_DIR, MODEL_FILE, LanguageIdentifier

_BITS = 4
"""Of a byte's eight, how many choose within a block: with 16 letters in each, blocks and their index are smallest."""
_WIDTH = 1 << _BITS
_HIGH = bytes(byte >> _BITS for byte in range(256))
_LOW = bytes(byte & (_WIDTH - 1) for byte in range(256))
_AT_ONCE = 1 << 14
"""Stretches of the table that are objects at the same time."""
Numbers = NDArray[np.integer[Any]]


class _Automaton:
    """What follows a state by a letter: `table` has rows of 256 states, `row` the one of each state, `feature` what it
    ends, negative for nothing."""

    def __init__(self, table: Numbers, row: Numbers, feature: Numbers) -> None:
        stretches = table.view(np.dtype((np.void, table.itemsize * _WIDTH)))
        numbers: defaultdict[bytes, int] = defaultdict()
        numbers.default_factory = numbers.__len__
        index = array("I")
        for start in range(0, len(stretches), _AT_ONCE):
            index.extend(map(numbers.__getitem__, stretches[start : start + _AT_ONCE].tolist()))
        states = np.frombuffer(b"".join(numbers), dtype=table.dtype).reshape(-1, _WIDTH)
        self._blocks = _columns(np.array(index).reshape(-1, 256 // _WIDTH))
        self._rows = _columns(row[states])
        self._features = feature[states]
        block, low = np.argwhere(row[states] == row[0])[0].tolist()  # some step that leads to where a text begins
        self._start = block, bytes([low])

    def features(self, text: bytes) -> Numbers:
        """Those that end in `text`, in its order."""
        (block, before), low = self._start, text.translate(_LOW)
        blocks, rows = map(self._blocks.__getitem__, text.translate(_HIGH)), map(self._rows.__getitem__, before + low)
        steps = [block := next_[here[block]] for next_, here in zip(blocks, rows, strict=False)]
        found = self._features[np.array(steps, dtype=np.intp), np.frombuffer(low, dtype=np.uint8)]
        return found[found >= 0]


class Identifier(LanguageIdentifier):  # type: ignore[misc]
    """py3langid's identifier for some languages."""

    __slots__ = ("_automaton", "_kept")

    @classmethod
    def load(cls, families: Iterable[Collection[str]]) -> list["Identifier"]:
        """One for each family of languages, with nothing kept of other ones; reading the model takes a second."""
        with tempfile.TemporaryFile() as unpacked:
            with lzma.open(MODEL_DIR / MODEL_FILE) as packed:
                shutil.copyfileobj(packed, unpacked)
            unpacked.seek(0)
            with np.load(unpacked) as model:
                found = cls._some(model["ptc"], model["pc"], model["classes"].tolist(), families)
                automaton = _Automaton(model["nextmove"], model["nextmove_row"], model["out_feat"])
        for one in found:
            one._automaton = automaton
        return found

    @classmethod
    def _some(
        cls, odds: NDArray[np.float16], first: NDArray[np.float32], tags: list[str], families: Iterable[Collection[str]]
    ) -> list["Identifier"]:
        """Odds of features that are alike in all languages of a family are kept once."""
        found = []
        for family in families:
            made = cls(odds, first, tags, None, None, norm_probs=True, tk_row=())
            made.set_languages(family)
            rows = np.ascontiguousarray(made.nb_ptc)
            once, kept = np.unique(rows.view(np.dtype((np.void, rows[0].nbytes))), return_inverse=True)
            made.nb_ptc, made._kept = once.view(rows.dtype).reshape(len(once), -1), _small(kept.ravel())
            made._full_model = (made.nb_ptc, made.nb_pc, made.nb_classes)
            found.append(made)
        return found

    def _raw_score(self, text: bytes) -> Any:
        """As the original has it, but for where features and odds are looked up."""
        visits = Counter(self._automaton.features(text).tolist())
        if not visits:
            return np.zeros(len(self.nb_classes), dtype=np.float32)
        odds = self.nb_ptc[self._kept.take([*visits])]
        return np.log1p(np.array([*visits.values()], dtype=np.float32)) @ odds + self.nb_pc


def _columns(table: Numbers) -> list["array[int]"]:
    """Its columns; as arrays, since numpy takes twice as long to give one number."""
    return [array(column.dtype.char, column.tobytes()) for column in _small(table).T]


def _small(numbers: Numbers) -> Numbers:
    """In as few bytes a number as hold them all."""
    return numbers.astype(np.min_scalar_type(int(numbers.max())))
