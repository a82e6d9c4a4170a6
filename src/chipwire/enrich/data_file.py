"""Files of data/ that are read once: TOML into a model, and in words what is wrong with one."""

from pathlib import Path
from typing import Any, TypeVar

import tomli
from pydantic import BaseModel, ValidationError

from chipwire.errors import ConfigError

M = TypeVar("M", bound=BaseModel)


def read(path: Path, model: type[M]) -> M:
    """The file as `model`; ConfigError names file, place and mend."""
    return valid(path, model, table(path))


def table(path: Path) -> dict[str, Any]:
    """What the file holds, not yet validated."""
    try:
        return tomli.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigError(f"{path} is missing: restore it from the distribution") from error
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror or error}; chipwire needs this file in its data folder") from error
    except ValueError as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from error


def valid(path: Path, model: type[M], raw: Any) -> M:
    """`raw`, of that file, as `model`."""
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ConfigError(
            f"{path}: {place}: {first['msg']} (found {str(first.get('input'))[:60]!r}); see the head of the file"
        ) from error
