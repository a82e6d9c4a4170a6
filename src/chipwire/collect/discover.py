"""When an address turns out to be a page: which feeds it offers."""

import re

_PAGE = re.compile(rb"\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--[^>]{0,500}-->\s*)*<(?:!doctype\s+html|html)\b", re.I)


def is_page(body: bytes) -> bool:
    """Does this body begin as an HTML page?"""
    return _PAGE.match(body.removeprefix(b"\xef\xbb\xbf")[:2048]) is not None
