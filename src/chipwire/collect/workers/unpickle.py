"""A restricted unpickler: a process that may have been taken over can send values and our own classes, no functions."""

import io
import pickle
from typing import Any

TRUSTED = ("chipwire", "builtins", "datetime", "collections", "pathlib", "decimal", "uuid")
PLAIN = ("set", "frozenset", "bytearray", "complex", "range", "slice", "dict", "list", "tuple")


def load(answer: bytes) -> Any:
    """What was pickled; UnpicklingError when it holds what no honest answer does."""
    return _Plain(io.BytesIO(answer)).load()


class _Plain(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if module.partition(".")[0] in TRUSTED and "." not in name:
            found = super().find_class(module, name)
            if isinstance(found, type) and (module != "builtins" or name in PLAIN):
                return found
        raise pickle.UnpicklingError(f"an answer may not hold {module}.{name}")
