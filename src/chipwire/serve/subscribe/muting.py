"""No more of a story, by the signed link beside it in a letter; and what a reader left out, to be taken back."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from chipwire.domain import Reader
from chipwire.errors import NotFound
from chipwire.keep.db import Connection
from chipwire.keep.news import stories
from chipwire.keep.people import readers
from chipwire.serve.state import state
from chipwire.serve.subscribe.frame import holder, page, sender

router = APIRouter(include_in_schema=False)
StoryId = Annotated[int, Path(ge=1, le=2**53)]


@router.api_route("/mute/{token}/{story}", methods=["GET", "HEAD"])
def mute_page(request: Request, token: str, story: StoryId) -> Response:
    """A question, since link scanners open every link."""
    reader = holder(request, "mute", token)
    ask = f"Send no more on “{_title(request, story)}” to {reader.email}?"
    return page(request, "No more on this story", message=ask, button="No more on this")


@router.post("/mute/{token}/{story}")
def mute(request: Request, token: str, story: StoryId) -> Response:
    """One click, without cookies or login; twice is as good as once."""
    reader = holder(request, "mute", token)
    title = _title(request, story)
    with state(request).store.write() as c:
        readers.mute_story(c, reader.id or 0, story)
    back = sender(state(request)).links.preferences(reader)
    return page(request, "No more on this story", message=f"No more comes on “{title}”.", link=back)


def mutings(c: Connection, reader: Reader) -> list[dict[str, str]]:
    """What the reader left out: kind, name, lang, and the line that stands for it; stories by their titles."""
    found = []
    for line in reader.muted:
        kind, _, name = line.partition(":")
        story = stories.get(c, int(name)) if kind == "story" else None
        shown = {"name": story.title or name, "lang": story.lang} if story else {"name": name, "lang": ""}
        found.append({"line": line, "kind": kind, **shown})
    return found


def _title(request: Request, story_id: int) -> str:
    with state(request).store.read() as c:
        story = stories.get(c, story_id)
    if story is None:
        raise NotFound(f"There is no story {story_id} any more, so nothing more comes on it.")
    return story.title
