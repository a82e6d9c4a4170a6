"""/v1/stories: the stories behind any filter of items, and one story with everything that was reported of it."""

from typing import Annotated

import orjson
from fastapi import APIRouter, Path, Query, Request, Response

from chipwire.keep.queries import detail
from chipwire.serve import answers, shapes
from chipwire.serve.api.items import item_page, next_link
from chipwire.serve.openapi import refusals
from chipwire.serve.paging import FORMAT
from chipwire.serve.problems import Bare
from chipwire.serve.questions import PagedQuestion
from chipwire.serve.state import state

router = APIRouter(prefix="/v1", tags=["stories"])
StoryId = Annotated[int, Path(ge=1, le=2**62, description="Id of the story, or one it had before.", examples=[1])]


@router.get("/stories", responses={200: {"model": shapes.StoryPage}, **refusals(422)})
def stories(request: Request, question: Annotated[PagedQuestion, Query()]) -> Response:
    """Stories with an item that meets every filter; the one whose first such item is newest comes first."""
    here = state(request)
    rows, onward = item_page(request, question.model_copy(update={"collapse": "story"}))
    with here.store.read() as c:
        found = detail.stories_of(c, [item_id for item_id, _ in rows], here.names)
    body = orjson.dumps({"stories": list(found.values()), "next": onward}, option=FORMAT)
    return Response(body, headers=next_link(request, onward), media_type="application/json")


@router.get(
    "/stories/{story_id}", dependencies=[Bare], responses={200: {"model": shapes.StoryDetail}, **refusals(404, 422)}
)
def story(request: Request, story_id: StoryId) -> Response:
    """One story with its items, earliest first, and how it travelled.

    The id of a story that was merged leads to the one that took it in.
    """
    return Response(orjson.dumps(answers.story(state(request), story_id), option=FORMAT), media_type="application/json")
