"""/v1/readers and /v1/digests: who gets the digest, and what was sent."""

from fastapi import APIRouter

from chipwire.serve.auth import Write

router = APIRouter(prefix="/v1", tags=["readers"], dependencies=[Write])
