"""What the service keeps of itself: values, counters, leases, tokens."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from chipwire.keep.tables.columns import json


class MetaRow(SQLModel, table=True):
    __tablename__ = "meta"
    key: str = Field(primary_key=True)
    value: str


class CounterRow(SQLModel, table=True):
    """Numbers that only grow: 'version' (any commit), 'news' (items or stories changed), 'item' (last id given),
    'turn.…' and 'late.…' (see `keep.sources.tally`)."""

    __tablename__ = "counter"
    name: str = Field(primary_key=True)
    value: int


class LeaseRow(SQLModel, table=True):
    """Who may do what only one process may do, and until when."""

    __tablename__ = "lease"
    name: str = Field(primary_key=True)
    holder: str
    until: datetime


class HostClaimRow(SQLModel, table=True):
    """A registrable domain that a clock works on or that rests until `free_at`; see `keep.host_claims`."""

    __tablename__ = "host_claim"
    host: str = Field(primary_key=True)
    holder: str | None = None
    free_at: datetime


class TokenRow(SQLModel, table=True):
    """A named token: what it may do, and its digest; the token itself is shown once and not kept."""

    __tablename__ = "token"
    name: str = Field(primary_key=True)
    digest: str = Field(unique=True)
    scopes: list[str] = json(default_factory=list)
    created: datetime
