"""How a reader comes, changes and goes: pages behind signed links; looking changes nothing, only a POST does."""

from fastapi import APIRouter

from chipwire.serve.subscribe import muting, opt_in, preferences

router = APIRouter()
router.include_router(opt_in.router)
router.include_router(muting.router)
router.include_router(preferences.router)
