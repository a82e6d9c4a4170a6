"""The API as the tutorials of fastapi and sqlmodel write it: sessions, row objects, a response model.

Run by bench_api.py with uvicorn over a chipwire store: `STORE=path uvicorn tests.bench.sqlmodel_peer:app`.
"""

import os
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Query
from sqlalchemy.orm import aliased
from sqlmodel import Field, Session, SQLModel, col, create_engine, select

engine = create_engine(f"sqlite:///{os.environ['STORE']}", connect_args={"check_same_thread": False}, pool_size=20)
registry: Any = SQLModel.metadata


class ItemBase(SQLModel):
    url: str
    title: str
    summary: str
    lang: str
    published: datetime | None
    first_seen: datetime
    feed_id: str
    story_id: int | None
    copy_of: int | None
    credit: str | None


class Item(ItemBase, table=True):
    id: int = Field(primary_key=True)
    relevant: bool


class ItemPublic(ItemBase):
    id: int


class ItemCompany(SQLModel, table=True):
    __tablename__ = "item_company"
    slug: str = Field(primary_key=True)
    item_id: int = Field(primary_key=True)


class ItemTopic(SQLModel, table=True):
    __tablename__ = "item_topic"
    slug: str = Field(primary_key=True)
    item_id: int = Field(primary_key=True)


class ItemsPublic(SQLModel):
    items: list[ItemPublic]
    next: int | None


def session() -> Iterator[Session]:
    with Session(engine) as made:
        yield made


app = FastAPI()


@app.get("/items", response_model=ItemsPublic)
def items(
    db: Annotated[Session, Depends(session)],
    company: Annotated[list[str], Query()] = [],  # noqa: B006
    topic: Annotated[list[str], Query()] = [],  # noqa: B006
    lang: str | None = None,
    since: datetime | None = None,
    before: int | None = None,
    limit: int = 50,
) -> Any:
    asked = select(Item).where(Item.relevant).order_by(Item.id.desc()).limit(limit)  # type: ignore[attr-defined]
    for slug in company:
        tag = aliased(ItemCompany)
        asked = asked.join(tag, col(tag.item_id) == Item.id).where(tag.slug == slug)
    for slug in topic:
        on = aliased(ItemTopic)
        asked = asked.join(on, col(on.item_id) == Item.id).where(on.slug == slug)
    if lang is not None:
        asked = asked.where(Item.lang == lang)
    if since is not None:
        asked = asked.where(Item.first_seen >= since)
    if before is not None:
        asked = asked.where(Item.id < before)
    found = db.exec(asked).all()
    return {"items": found, "next": found[-1].id if found else None}
