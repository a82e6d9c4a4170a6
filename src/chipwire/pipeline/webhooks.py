"""Items to saved queries, saved queries to their receivers: signed, guarded, tried again for a day.

A receiver is called once at a time, in the order of the news; what it missed comes later, and holds up nothing.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

import structlog
from standardwebhooks import Webhook

from chipwire.collect.fetch import Fetcher
from chipwire.domain import Failed, Fetched
from chipwire.keep.db import Store
from chipwire.keep.people import webhooks
from chipwire.send import chat

log = structlog.get_logger()

AGAIN = (5, 60, 300, 1800, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600)
"""Seconds before each further try; after the last the call has failed."""
AT_ONCE = 50
IN_A_ROW = 20
"""Times that calls are made before new items are looked for again: a backlog does not wait for the next turn."""
CLAIMED: float = 2
"""Times as long as a call may take, it is left to whoever took it, as `tick` may run beside a clock: what is begun in
the first half has ended by then."""
GONE = 410


async def round(store: Store, fetcher: Fetcher, now: Callable[[], datetime]) -> int:
    """Queue what is new and make the calls that are due; how many were taken. May be killed and run again anywhere."""
    await asyncio.to_thread(_queue, store, now())
    taken, away, claimed = 0, set[int](), timedelta(seconds=CLAIMED * fetcher.timeout)
    for _ in range(IN_A_ROW):
        last = now() + claimed / 2
        calls = await asyncio.to_thread(_taken, store, now(), claimed, away)
        if not calls:
            break
        numbers = await asyncio.gather(*(_in_order(store, fetcher, some, last, now) for some in calls.values()))
        taken += sum(numbers)
        away |= {hook for (hook, some), number in zip(calls.items(), numbers, strict=True) if number < len(some)}
    return taken


def signed(call: webhooks.Call, body: bytes, now: datetime) -> dict[str, str]:
    """Headers of Standard Webhooks for one try."""
    return {
        "content-type": "application/json",
        "webhook-id": call.message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(call.secret).sign(call.message_id, now, body.decode()),
    }


def next_try(tries: int, now: datetime) -> datetime | None:
    """When a call that was missed for the `tries`-th time is due again; None when it is given up."""
    return now + timedelta(seconds=AGAIN[tries - 1]) if tries <= len(AGAIN) else None


async def _in_order(
    store: Store, fetcher: Fetcher, calls: Sequence[webhooks.Call], last: datetime, now: Callable[[], datetime]
) -> int:
    """One after another, none begun after `last`, when it may be anybody's, and none after one that missed; how many
    were taken."""
    for number, call in enumerate(calls):
        if now() > last or not await _make(store, fetcher, call, now):
            return number
    return len(calls)


async def _make(store: Store, fetcher: Fetcher, call: webhooks.Call, now: Callable[[], datetime]) -> bool:
    began = now()
    body = chat.body(call.format, call.payload)
    answer = await fetcher.post(call.url, body=body, headers=signed(call, body, began), now=began)
    return await asyncio.to_thread(_record, store, call, answer, now())


def _queue(store: Store, now: datetime) -> None:
    with store.write() as c:
        webhooks.queue(c, now)


def _taken(store: Store, now: datetime, claimed: timedelta, away: Collection[int]) -> dict[int, list[webhooks.Call]]:
    """By webhook, the longest waiting first; of none that is `away`."""
    taken: dict[int, list[webhooks.Call]] = defaultdict(list)
    with store.read() as c:
        if not webhooks.due(c, now, 1, but=away):
            return taken
    with store.write() as c:
        for call in webhooks.take(c, now, now + claimed, AT_ONCE, but=away):
            taken[call.webhook_id].append(call)
    return taken


def _record(store: Store, call: webhooks.Call, answer: Fetched | Failed, now: datetime) -> bool:
    with store.write() as c:
        if isinstance(answer, Fetched):
            webhooks.delivered(c, call, answer.status, now)
            return True
        again = next_try(call.tries + 1, now)
        webhooks.missed(c, call, answer.status, answer.message, now, again)
        if answer.status == GONE:
            webhooks.stop(c, call.webhook_id)
    then = "stopped" if answer.status == GONE else again.isoformat() if again else "given up"
    log.warning("webhook", webhook=call.webhook_id, call=call.message_id, why=answer.message, next=then)
    return False
