"""Kinds of columns that sqlmodel has no word for."""

from typing import Any

from sqlalchemy import JSON, String
from sqlmodel import Field


def json(**more: Any) -> Any:
    """A column of lists or mappings."""
    return Field(sa_type=JSON, **more)


def word(default: str, **more: Any) -> Any:
    """A column of one of a few words; sqlmodel has no column type for Literal."""
    return Field(default=default, sa_type=String, **more)
