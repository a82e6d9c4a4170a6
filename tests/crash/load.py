"""What goes on while the service is killed: feeds grow and are asked for, people read, subscribe, note the answers."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import orjson

from chipwire.errors import NotFound, StoreError
from tests.crash.world import TOKEN, World, ask

PAGES = (
    "/v1/items?limit=50", "/v1/stories", "/v1/companies", "/v1/items.csv?q=nvidia&limit=200", "/metrics", "/readyz",
    "/", "/v1/feeds",
)  # fmt: skip
READERS = 3


class Load:
    """Works while `on` is set, draws by `seed`, and keeps what the service acknowledged."""

    def __init__(self, here: World, seed: int) -> None:
        self.here, self.seed = here, seed
        self.shown: set[str] = set()
        """Addresses of items that a reader was shown."""
        self.subscribed: set[str] = set()
        """Addresses of people that the API said it had added."""
        self.answers: Counter[int] = Counter()
        self.others: Counter[str] = Counter()
        self.on, self.over = threading.Event(), threading.Event()
        works = [self._grow, self._ask, self._subscribe, *([self._read] * READERS)]
        self.threads = [threading.Thread(target=self._while_on, args=(work, n)) for n, work in enumerate(works)]
        for thread in self.threads:
            thread.start()

    def end(self) -> None:
        self.over.set()
        self.on.set()
        for thread in self.threads:
            thread.join(30)

    def _while_on(self, work: Callable[[random.Random], None], number: int) -> None:
        rng = random.Random(self.seed * 100 + number)
        while not self.over.is_set():
            if self.on.wait(0.2):
                work(rng)

    def _grow(self, rng: random.Random) -> None:
        self.here.stand.grow(rng.choice(list(self.here.stand.items)), rng.randrange(1, 3))
        time.sleep(0.5)

    def _ask(self, rng: random.Random) -> None:
        """A third writer beside web and clock."""
        names = sorted(self.here.stand.items)
        with suppress(StoreError, NotFound):  # the store is locked, or the first start has not read the feeds yet
            ask(self.here.store, rng.sample(names, min(len(names), 12)))
        time.sleep(rng.random())

    def _subscribe(self, rng: random.Random) -> None:
        """Each reader is due a first letter at once."""
        email = f"reader{rng.randrange(10**9)}@chipwire.test"
        body = orjson.dumps({"email": email, "companies": ["nvidia"]})
        if self._answer(Request(f"{self.here.base}/v1/readers", body, _HEADERS, method="POST")) is not None:
            self.subscribed.add(email)
        time.sleep(0.5 + rng.random())

    def _read(self, rng: random.Random) -> None:
        page = rng.choice(PAGES)
        body = self._answer(Request(self.here.base + page))
        if body and page.startswith("/v1/items?"):
            self.shown |= {item["url"] for item in orjson.loads(body)["items"]}
        time.sleep(0.05)

    def _answer(self, request: Request) -> bytes | None:
        """The body of a good answer; None when the service was away, or said no."""
        try:
            with urlopen(request, timeout=30) as answer:
                body: bytes = answer.read()
                self.answers[answer.status] += 1
                return body
        except HTTPError as error:
            with error:
                self.answers[error.code] += 1
                self.others[f"{request.selector} {error.read()[:200]!r}"] += 1
        except (OSError, HTTPException):
            time.sleep(0.1)
        return None


_HEADERS = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
