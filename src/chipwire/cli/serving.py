"""Web and clock in one event loop, from the first line a person sees to the last commit after Ctrl-C."""

import asyncio
import errno
import gc
import signal
import socket
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from chipwire import __version__
from chipwire.cli import keys, letters, memory, wiring
from chipwire.cli.output import progress
from chipwire.errors import ChipwireError

if TYPE_CHECKING:
    import uvicorn

    from chipwire.config import Settings
    from chipwire.domain import Feed, FeedEvent
    from chipwire.keep.db import Store
    from chipwire.pipeline.refresh import Refresher


SETTLED = 1
"""Seconds after which the newest items are read into memory, beside the first answers and not before them."""
LAST_ANSWERS = 10
"""Seconds for answers that are under way when the service ends; streams end by themselves at once."""


def run(service: Coroutine[None, None, None]) -> None:
    """Run it to its end, on uvloop where there is one (not on Windows)."""
    try:
        import uvloop
    except ImportError:
        asyncio.run(service)
        return
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(service)


async def serve(settings: "Settings", store: "Store", special: wiring.Demo | None, *, web: bool, clock: bool) -> None:
    """Until Ctrl-C or SIGTERM. What was begun ends with its commit; nothing half-written stays."""
    memory.few_holes()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    listener = _listener(settings) if web else None
    if listener:
        settings = settings.model_copy(update={"port": listener.getsockname()[1]})  # port 0 has its number now
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    tidying = asyncio.create_task(memory.tidy())
    sides = [partial(_web, settings, store, listener, stop)] if listener else []
    sides += [partial(_clock, settings, store, special, stop)] if clock else []
    results = await asyncio.gather(*(_with_the_other(side, stop) for side in sides), return_exceptions=True)
    tidying.cancel()
    for error in results:
        if error is not None:
            raise error


async def _with_the_other(side: Callable[[], Coroutine[None, None, None]], stop: asyncio.Event) -> None:
    """When one side fails the other ends in order, so that nobody's answer is cut off."""
    try:
        await side()
    finally:
        stop.set()


def _listener(settings: "Settings") -> socket.socket:
    """Bound before anything else, so that a taken port is known at once and port 0 has its number."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family)
    except OSError as error:
        do = {
            errno.EADDRINUSE: "is taken: choose another with --port",
            errno.EADDRNOTAVAIL: "is no address of this machine: choose another with --host",
            errno.EACCES: "may not be bound by this user: choose a port above 1023 with --port",
        }.get(error.errno or 0, f"cannot be bound: {error.strerror or error}; choose others with --host and --port")
        raise ChipwireError(f"{settings.host}:{settings.port} {do}") from error


def say(text: str) -> None:
    """A line for the person at the terminal; logs go the same way, data never does."""
    print(text, file=sys.stderr, flush=True)


def line(feed: "Feed", event: "FeedEvent") -> str:
    """One feed's turn in a few words."""
    found = f"{event.items_new} new" if event.items_new else event.outcome
    return f"{feed.id}: {found}" + (f" ({event.error})" if event.error else "")


async def _up(
    settings: "Settings", store: "Store", listener: socket.socket
) -> tuple[Any, "uvicorn.Server", "asyncio.Task[None]"]:
    """The application, the server that answers for it now, and the task that ends with the server."""
    import uvicorn

    from chipwire.serve.protocol import Protocol

    class Server(uvicorn.Server):
        """Leaves the signals to us: one Ctrl-C ends web and clock together, with exit code 0."""

        @contextmanager
        def capture_signals(self):  # type: ignore[no-untyped-def]
            yield

    app = wiring.web_app(store, settings)
    server = Server(
        uvicorn.Config(
            app,
            http=Protocol,
            lifespan="off",  # would wait for the routes, which come up behind the first answers
            log_config=None,  # our own handler has what it says
            access_log=False,
            server_header=False,
            proxy_headers=bool(settings.trusted_proxies),
            forwarded_allow_ips=settings.trusted_proxies or None,
            timeout_graceful_shutdown=LAST_ANSWERS,
        )
    )
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    while not (server.started or serving.done()):
        await asyncio.sleep(0.02)
    if not server.started:
        raise ChipwireError(f"the web server did not start on {settings.host}:{settings.port}; its log says why")
    return app, server, serving


@contextmanager
def _uncollected() -> Iterator[None]:
    """Nearly all that is made while the service comes up stays; looking through it takes a tenth of that time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


async def _web(settings: "Settings", store: "Store", listener: socket.socket, stop: asyncio.Event) -> None:
    from anyio import to_thread

    with _uncollected():
        app, server, serving = await _up(settings, store, listener)
    try:
        with _uncollected():
            await asyncio.to_thread(app.behind)
            memory.lasting()
        made = await to_thread.run_sync(keys.first_token, settings, store)  # what answers on threads need is loaded now
        here = settings.here
        say(f"chipwire {__version__} listens at {here}/ (API: {here}/v1/items, its description: {here}/docs)")
        say(f"store: {wiring.shown(wiring.place(settings))}; Ctrl-C ends it")
        asyncio.get_running_loop().call_later(SETTLED, app.fast_path.fast_items.remember)
        if made:
            say(f"the token for writing over the API lies in {made}")
        await stop.wait()
    finally:
        app.here.ending.set()
        server.should_exit = True
        await serving


async def _clock(settings: "Settings", store: "Store", special: wiring.Demo | None, stop: asyncio.Event) -> None:
    from chipwire import clock
    from chipwire.clock import keeper
    from chipwire.pipeline import digests, hubs, retention, webhooks

    async with wiring.fetcher(settings, special.allowed if special else ()) as fetcher:
        outage = _Outage()
        machine = wiring.refresher(store, fetcher, settings, demo=special, progress=outage)
        mailer, desk = letters.mailer(settings), letters.desk(settings, store)

        async def post() -> None:
            await asyncio.to_thread(digests.round, store, mailer, desk)

        try:
            first = asyncio.create_task(_first_round(machine, outage))
            await keeper.run(
                machine,
                {
                    "letters": post,
                    "hubs": hubs.Hubs(machine, settings.public if settings.websub else None).round,
                    "webhooks": lambda: webhooks.round(store, fetcher, clock.now),
                    "retention": lambda: retention.round(store, settings.retention_days, clock.now),
                },
                stop,
            )
            first.cancel()
        finally:
            await machine.workers.close()


async def _first_round(machine: "Refresher", outage: "_Outage") -> None:
    """On a terminal, show the first look at feeds that were never fetched as a bar; later rounds are in the log."""
    from chipwire.keep.sources import feeds

    with machine.store.read() as c:
        waiting = {feed.id for feed, state in feeds.due(c, machine.now(), 500) if state.last_checked is None}
    if not waiting or not sys.stderr.isatty():
        return
    usual = machine.progress
    with progress("first look at the feeds", len(waiting)) as meter:
        finished = asyncio.Event()

        def seen(feed: "Feed", event: "FeedEvent") -> None:
            outage.tell(event)
            if feed.id in waiting:
                waiting.discard(feed.id)
                meter(line(feed, event))
            if not waiting:
                finished.set()

        machine.progress = seen
        try:
            await finished.wait()
        finally:
            machine.progress = usual


class _Outage:
    """Says once that nothing can be reached, and once that it is over; each turn goes to the log."""

    def __init__(self) -> None:
        self.down = False

    def __call__(self, feed: "Feed", event: "FeedEvent") -> None:
        from chipwire.pipeline.refresh import note

        if not self.tell(event):
            note(feed, event)

    def tell(self, event: "FeedEvent") -> bool:
        """Watch one turn; True when it is one of many that fail for the same reason and needs no line of its own."""
        if event.reason == "our own network is down":
            if not self.down:
                say(
                    "No feed can be reached: this looks like our own network, not the feeds. chipwire stays up and "
                    "keeps trying; `chipwire run --demo` shows it at work without a network."
                )
            self.down = True
            return True
        if self.down and event.outcome in ("new", "unchanged", "not-modified"):
            say("The network is back.")
            self.down = False
        return False
