"""Pages as a browser asks for them."""

from lxml import html

from tests.client import Client

HTML = {"accept": "text/html,application/xhtml+xml"}


def tree(client: Client, path: str) -> html.HtmlElement:
    return html.fromstring(client.get(path, headers=HTML).text)
