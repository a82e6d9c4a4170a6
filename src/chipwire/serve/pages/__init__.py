"""The pages people read: rendered here, without scripts, each a view of what the API gives."""

from fastapi import APIRouter

from chipwire.serve.pages import broken, company, digest, feeds, fixed, item, quality, robots, search, story, today

__all__ = ["broken", "router"]
router = APIRouter(include_in_schema=False)
for part in (today, digest, company, story, item, search, feeds, quality, robots, fixed):
    router.include_router(part.router)
