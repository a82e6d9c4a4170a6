"""How a reader comes, changes and goes: pages behind signed links; looking changes nothing, only a POST does."""

from fastapi import APIRouter

from chipwire.serve.subscribe import asking, choosing

router = APIRouter()
router.include_router(asking.router)
router.include_router(choosing.router)
