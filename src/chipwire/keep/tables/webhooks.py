"""Saved queries that call back, and every call they owe or made."""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Index, LargeBinary, String
from sqlmodel import Field, SQLModel

from chipwire.domain import CallFormat
from chipwire.keep.tables.columns import json, word

DeliveryState = Literal["pending", "delivered", "failed"]


class WebhookRow(SQLModel, table=True):
    """`asked` is the filter as plain values; `watermark` is the id of the last item that was looked at."""

    __tablename__ = "webhook"
    id: int | None = Field(default=None, primary_key=True)
    url: str
    secret: str
    asked: dict[str, Any] = json(default_factory=dict)
    format: CallFormat = word("event")
    active: bool = True
    watermark: int = 0
    created: datetime


class DeliveryRow(SQLModel, table=True):
    """One call: its id and bytes never change, however often it is tried."""

    __tablename__ = "delivery"
    __table_args__ = (
        Index("delivery_due", "state", "next_try"),
        Index("delivery_webhook", "webhook_id", "id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    webhook_id: int = Field(foreign_key="webhook.id", ondelete="CASCADE")
    message_id: str = Field(unique=True)
    state: DeliveryState = word("pending")
    tries: int = 0
    queued: datetime
    next_try: datetime
    last_try: datetime | None = None
    last_status: int | None = None
    last_error: str | None = Field(default=None, sa_type=String)
    payload: bytes = Field(default=b"", sa_type=LargeBinary)
