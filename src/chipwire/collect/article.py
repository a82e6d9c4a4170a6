"""The linked page itself, for feeds that ask for it: robots.txt is obeyed, the text is extracted in a worker."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from protego import Protego

from chipwire.collect.fetch import Fetcher
from chipwire.collect.pacing.lanes import Lanes
from chipwire.collect.workers.pool import Workers
from chipwire.domain import Failed, Fetched

AGENT = "chipwire"
ROBOTS_SIZE = 512 * 1024
ROBOTS_KEPT = timedelta(hours=24)
ROBOTS_RETRY = timedelta(hours=1)
PAGE_SIZE = 5 * 2**20
LONGEST_DELAY = 30.0
"""A site that wants longer pauses between two pages does not want us."""
MOST_SITES = 2000


class Articles:
    """Reads article pages politely; remembers robots.txt of each site for a day, in memory."""

    def __init__(self, fetcher: Fetcher, lanes: Lanes, workers: Workers) -> None:
        self._fetcher = fetcher
        self._lanes = lanes
        self._workers = workers
        self._robots: dict[str, tuple[datetime, Protego | None]] = {}

    async def text(self, url: str, now: datetime) -> str | Failed:
        """Plain text of the article at `url`, or why there is none: the feed's own text then stays."""
        refusal = await self._refused(url, now)
        if refusal:
            return refusal
        async with self._lanes.slot(url):
            page = await self._fetcher.get(url, headers={"accept": "text/html"}, max_body=PAGE_SIZE, now=now)
        if isinstance(page, Failed):
            return page
        if "html" not in page.headers.get("content-type", "html").lower():
            return _failed(f"{url} is not a page")
        refusal = await self._refused(page.final_url, now) if page.final_url != url else None
        if refusal:
            return refusal
        text = await self._workers.run(extract, page.body, page.final_url)
        return text or _failed("no article was found in the page")

    async def _refused(self, url: str, now: datetime) -> Failed | None:
        rules = await self._rules(site(url), now)
        if rules is None:
            return _failed(f"robots.txt of {site(url)} cannot be read, so its pages are left alone")
        delay = rules.crawl_delay(AGENT)
        if not rules.can_fetch(url, AGENT) or (delay is not None and delay > LONGEST_DELAY):
            return _failed(f"robots.txt of {site(url)} does not want us to read {url}")
        return None

    async def _rules(self, root: str, now: datetime) -> Protego | None:
        kept = self._robots.get(root)
        if kept and kept[0] > now:
            return kept[1]
        async with self._lanes.slot(root):
            answer = await self._fetcher.get(f"{root}/robots.txt", max_body=ROBOTS_SIZE, now=now)
        rules = rules_from(answer)
        if len(self._robots) >= MOST_SITES:
            self._robots = {name: entry for name, entry in self._robots.items() if entry[0] > now}
            self._robots = dict(list(self._robots.items())[-MOST_SITES // 2 :])
        self._robots[root] = (now + (ROBOTS_KEPT if rules else ROBOTS_RETRY), rules)
        return rules


def rules_from(answer: Fetched | Failed) -> Protego | None:
    """RFC 9309: a robots.txt that is not there (4xx) allows all, one that cannot be had (5xx, silence) forbids all.

    None forbids all; what cannot be understood in a robots.txt forbids nothing.
    """
    if isinstance(answer, Fetched):
        return Protego.parse(answer.body.decode("utf-8-sig", "replace"))
    absent = answer.status is not None and 400 <= answer.status < 500 and answer.status != 429
    return Protego.parse("") if absent else None


def extract(page: bytes, url: str) -> str | None:
    """The article's text, paragraphs on lines of their own, or None. Runs in a worker."""
    import trafilatura  # takes half a second to import, and only for who wants articles

    text = trafilatura.extract(page, url=url, include_comments=False, include_tables=False, favor_precision=True)
    return text.strip() or None if isinstance(text, str) else None


def site(url: str) -> str:
    """scheme://host:port of a URL."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _failed(message: str) -> Failed:
    return Failed(kind="http", message=message)
