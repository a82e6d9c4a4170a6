"""How long turns that ended wait for each other."""

import asyncio

import pytest

from chipwire.domain import Failed, Feed, FeedState, NotModified
from chipwire.pipeline import finished
from chipwire.pipeline.finished import Finished, Outcome, Turns

SAME = NotModified(status=304, final_url="https://site.example/")
GONE = Failed(kind="http", message="404 Not Found", status=404)
DUE = [(Feed(id=name, url=f"https://{name}.example/", title=name), FeedState(feed_id=name)) for name in "abc"]


def end(turns: Turns, number: int, outcome: Outcome = SAME) -> None:
    turns.answered(DUE[number][0].id)
    turns.ended(Finished(*DUE[number], outcome, None))


def names(some: list[Finished]) -> list[str]:
    return [one.feed.id for one in some]


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finished, "GATHER", 60)


@pytest.mark.usefixtures("patient")
def test_turns_that_end_wait_until_nobody_is_being_asked() -> None:
    async def look() -> None:
        turns = Turns(DUE)
        writing = asyncio.create_task(turns.together())
        end(turns, 0)
        end(turns, 1)
        await asyncio.sleep(0.05)
        assert not writing.done()
        turns.answered("c")  # its document is being read
        async with asyncio.timeout(60):
            assert names(await writing) == ["a", "b"]
            end(turns, 2)
            assert names(await turns.together()) == ["c"]
            turns.close()
            assert not await turns.together()

    asyncio.run(look())


def test_one_that_hangs_is_not_waited_for() -> None:
    async def look() -> None:
        turns = Turns(DUE)
        end(turns, 0)
        async with asyncio.timeout(60):
            assert names(await turns.together()) == ["a"]

    asyncio.run(look())


@pytest.mark.usefixtures("patient")
def test_failures_alone_are_in_no_hurry() -> None:
    async def look() -> None:
        turns = Turns(DUE[:1])
        writing = asyncio.create_task(turns.together())
        end(turns, 0, GONE)
        await asyncio.sleep(0.05)
        assert not writing.done()
        turns.close()
        async with asyncio.timeout(60):
            assert names(await writing) == ["a"]

    asyncio.run(look())


@pytest.mark.usefixtures("patient")
def test_a_full_batch_waits_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finished, "BATCH", 2)

    async def look() -> None:
        turns = Turns(DUE)
        for number in range(3):
            turns.ended(Finished(*DUE[number], SAME, None))
        async with asyncio.timeout(60):
            assert names(await turns.together()) == ["a", "b"]
            turns.close()
            assert names(await turns.together()) == ["c"]

    asyncio.run(look())
