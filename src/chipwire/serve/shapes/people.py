"""Shapes of readers and their letters; a letter is shown without its bytes."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, create_model

from chipwire.domain import Alert, Letter, Reader, Utc

READER: dict[str, Any] = {
    "id": 1, "email": "alice@chipwire.test", "companies": ["bytedance", "samsung"], "topics": [], "languages": [],
    "min_role": "mention", "hour": 7, "minute": 0, "zone": "Asia/Jakarta", "weekdays": [0, 1, 2, 3, 4],
    "format": "both", "locale": "en", "all_quiet": False, "muted": ["outlet:tabloid.example", "word:foldable"],
    "status": "active", "created": "2026-11-20T07:41:12Z",
    "confirmed": "2026-11-20T07:41:12Z", "watermark": 48211,
}  # fmt: skip
LETTER: dict[str, Any] = {
    "id": 9, "reader_id": 1, "local_date": "2026-11-20", "kind": "digest", "key": "", "state": "sent",
    "message_id": "<9.2026-11-20@chipwire.test>", "subject": "ByteDance talks with Samsung",
    "queued_at": "2026-11-20T00:00:02Z", "next_try": "2026-11-20T00:00:02Z", "expires_at": "2026-11-20T12:00:00Z",
    "tries": 1, "last_reply": "250 2.0.0 Ok: queued", "sent_at": "2026-11-20T00:00:04Z", "low_item": 48100,
    "high_item": 48211,
}  # fmt: skip
ALERT: dict[str, Any] = {
    "id": 5, "reader_id": 1, "name": "HBM4 at Samsung", "asked": {"companies": [["samsung"]], "q": "HBM4"},
    "at_once": True, "watermark": 48211, "created": "2026-11-20T07:41:12Z",
}  # fmt: skip


class ReaderOut(Reader):
    """A reader of the digest."""

    model_config = ConfigDict(json_schema_extra={"examples": [READER]})


class ReaderList(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"readers": [READER]}]})

    readers: list[ReaderOut]


LetterOut: type[BaseModel] = create_model(
    "LetterOut",
    __config__=ConfigDict(json_schema_extra={"examples": [LETTER]}),
    __doc__="One letter and what became of it.",
    **{name: (field.annotation, field) for name, field in Letter.model_fields.items() if name != "body"},  # type: ignore[call-overload]
)


class LetterList(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"letters": [LETTER], "states": {"sent": 1}}]})

    letters: list[LetterOut]  # type: ignore[valid-type]
    states: dict[str, int] = Field(description="How many letters of all are in each state.")


class ToldStory(BaseModel):
    """A story that was in a letter, up to which of its items."""

    story_id: int
    last_item: int
    letter_id: int | None
    shown: int | None = Field(description="The report that stood for it; null in letters from before this was kept.")


class ReaderExport(BaseModel):
    """Everything that is kept about a reader."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "reader": READER,
                    "letters": [LETTER],
                    "told": [{"story_id": 48190, "last_item": 48211, "letter_id": 9, "shown": 48190}],
                    "suppressed": None,
                }
            ]
        }
    )

    reader: ReaderOut
    letters: list[LetterOut]  # type: ignore[valid-type]
    told: list[ToldStory]
    suppressed: str | None = Field(description="Why the address is never written to; null when it is.")


class Suppression(BaseModel):
    email: str
    reason: str
    at: Utc


class SuppressionList(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"suppressions": [{"email": "bob@chipwire.test", "reason": "bounced", "at": "2026-11-20T07:41:12Z"}]}
            ]
        }
    )

    suppressions: list[Suppression]


class AlertOut(Alert):
    """A saved search of a reader."""

    model_config = ConfigDict(json_schema_extra={"examples": [ALERT]})


class AlertList(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"alerts": [ALERT]}]})

    alerts: list[AlertOut]
