"""/docs without a network: Swagger UI from a bundled package."""

from pathlib import Path

import fastapi_offline
from fastapi import APIRouter, FastAPI, Request
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

from chipwire.serve.prefix import path_of
from chipwire.serve.state import state

router = APIRouter(include_in_schema=False)
_USUAL = {"validatorUrl": "none", "tryItOutEnabled": True, "persistAuthorization": True}
"""Without the first, Swagger UI shows the document's address to a validator on the web."""
_BACK = (
    '<body><p style="margin:1rem 1.25rem 0;font:1rem system-ui,sans-serif"><a href="{}/">← chipwire: the news</a></p>'
)


def install(app: FastAPI) -> None:
    app.mount("/docs/assets", StaticFiles(directory=Path(fastapi_offline.__file__).parent / "static"))
    app.include_router(router)


@router.get("/docs")
def docs(request: Request) -> HTMLResponse:
    folder = path_of(state(request).options.base_url)
    shown = get_swagger_ui_html(
        openapi_url=f"{folder}/openapi.json",
        title="chipwire: the API",
        swagger_js_url=f"{folder}/docs/assets/swagger-ui-bundle.js",
        swagger_css_url=f"{folder}/docs/assets/swagger-ui.css",
        swagger_favicon_url=f"{folder}/docs/assets/favicon.png",
        swagger_ui_parameters=_USUAL,
    )
    return HTMLResponse(
        bytes(shown.body).decode().replace("<html>", '<html lang="en">').replace("<body>", _BACK.format(folder))
    )
