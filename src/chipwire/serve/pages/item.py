"""/items/{id}: one report as the feed gave it, with everything that was read out of it marked in its text."""

from fastapi import APIRouter, Request, Response

from chipwire.errors import NotFound
from chipwire.keep import detail, reading_room
from chipwire.serve import outputs
from chipwire.serve.api.items import ItemId
from chipwire.serve.pages.frame import page
from chipwire.serve.pages.marks import in_text, in_title, marked, meaning, paragraphs, speaker
from chipwire.serve.state import state

router = APIRouter()


@router.get("/items/{item_id}")
def item(request: Request, item_id: ItemId) -> Response:
    """One report."""
    here = state(request)
    with here.store.read() as c:
        found = detail.item(c, item_id)
        if found is None:
            raise NotFound(f"There is no report {item_id}.")
        told = reading_room.told(c, [item_id])[item_id]
        story = reading_room.names_of_stories(c, [found["story"]] if found["story"] else [])
    spans = in_text(told, found["title"], here.names)
    text = found["text"] or outputs.plain(found["summary"])
    return page(
        request,
        "item.html",
        title=found["title"] or found["url"],
        description=outputs.plain(found["summary"])[:200],
        item=found,
        story=story[0] if story else None,
        title_marks=in_title(told, here.names),
        text=paragraphs(marked(text, spans)),
        figures=[{**figure, "meaning": meaning(figure)} for figure in told["figures"]],
        claims=[{**claim, "who": speaker(claim, here.names)} for claim in told["claims"]],
        robots="noindex",
    )
