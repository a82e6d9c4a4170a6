"""What a reader fills in, and the same as choices the store takes."""

from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, Field, ValidationError

from chipwire.domain import Reader
from chipwire.errors import BadQuery
from chipwire.keep.people import readers
from chipwire.send.words import offered
from chipwire.serve.questions import not_known
from chipwire.serve.state import State

Word = Annotated[str, Field(max_length=320)]
Words = Annotated[list[Word], Field(max_length=100)]
T = TypeVar("T")
Perhaps = Annotated[T | Word, Field(union_mode="left_to_right")]
"""As it should be, or whatever was sent in its place: `checked` says on the form what is wrong with it."""
LISTS = ("companies", "topics", "languages", "weekdays")


class Filled(BaseModel):
    """The form as a browser sends it. Boxes that are not ticked are not sent: `whole` says that the form was whole, so
    that a list without any is empty; without it, what is not given stays as it is."""

    email: Word | None = None
    companies: Words | None = None
    topics: Words | None = None
    languages: Words | None = None
    min_role: Word | None = None
    hour: Perhaps[int] | None = None
    minute: Perhaps[int] | None = None
    zone: Word | None = None
    weekdays: list[Perhaps[int]] | None = Field(None, max_length=100)
    format: Word | None = None
    locale: Word | None = None
    all_quiet: Perhaps[bool] | None = None
    whole: bool = False
    deed: Word = "change"

    def choices(self) -> dict[str, Any]:
        """What was chosen, by the names of a reader's fields."""
        mine = Filled.model_fields.keys() - {"deed", "whole", "email"}
        given = self.model_dump(include=mine, exclude_none=True)
        if not self.whole:
            return given
        return {**{name: [] for name in LISTS}, "min_role": "mention", "all_quiet": False, **given}


def blank(**given: Any) -> dict[str, Any]:
    """The form before anybody has filled it in, but for what is given."""
    unset = {
        "email": "", "companies": [], "topics": [], "languages": [], "min_role": "mention", "hour": 7, "minute": 0,
        "zone": "UTC", "weekdays": list(range(7)), "format": "both", "locale": "en", "all_quiet": False,
    }  # fmt: skip
    return unset | given


def checked(here: State, wish: dict[str, Any]) -> Reader:
    """What somebody filled in, as a reader; BadQuery when something in it is not known here or cannot be."""
    for kind, field, known in (
        ("company", "companies", here.options.companies),
        ("topic", "topics", here.options.topics),
    ):
        if unknown := [slug for slug in wish[field] if slug not in known]:
            raise BadQuery(not_known(kind, unknown[0], known), parameter=field)
    if here.sender and offered(here.sender.words, wish["locale"]) is None:
        raise BadQuery(f"there are no letters in {wish['locale']!r}", parameter="locale")
    try:
        return readers.checked(Reader.model_validate({"created": here.now(), **wish}))
    except ValidationError as error:
        first = error.errors()[0]
        raise BadQuery(f"{first['loc'][0]}: {first['msg']}", parameter=str(first["loc"][0])) from error
