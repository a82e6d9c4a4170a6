"""The pages people read: rendered here, without scripts, each a view of what the API gives."""

from fastapi import APIRouter

from chipwire.serve.pages import fixed, item, story, today

router = APIRouter(include_in_schema=False)
for part in (today, story, item, fixed):
    router.include_router(part.router)
