"""The pages people read: rendered here, without scripts, each a view of what the API gives."""

from fastapi import APIRouter

from chipwire.serve.pages import assets, company, digest, errors, feeds, home, item, quality, robots, search, story

__all__ = ["errors", "router"]
router = APIRouter(include_in_schema=False)
for part in (home, digest, company, story, item, search, feeds, quality, robots, assets):
    router.include_router(part.router)
