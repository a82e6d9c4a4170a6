"""/subscribe, /confirm/{token}, /unsubscribe/{token}: how a reader comes and goes."""

from fastapi import APIRouter

router = APIRouter(include_in_schema=False)
