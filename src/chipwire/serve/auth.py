"""What a route says that asks for a token with the scope `write`, and the API's description with it."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPBearer

from chipwire.serve.bearer import check
from chipwire.serve.state import state

_scheme = HTTPBearer(auto_error=False, description="A token with the scope that the route needs.")


def may_write(request: Request, _: Annotated[object, Depends(_scheme)] = None) -> None:
    """Dependency of routes that change something or show what is not for everyone."""
    request.scope["chipwire.private"] = True
    check(state(request), request.headers, "write")


Write = Depends(may_write)
