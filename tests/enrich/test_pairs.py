"""One item beside many gives what pair by pair would: features are the same from either side and from any company."""

import math
import random
from dataclasses import replace

import numpy as np
import pytest

from chipwire.enrich.stories.anchors import Anchor, Kind, Zone, anchor_key
from chipwire.enrich.stories.fingerprint import Print, encode, unpack
from chipwire.enrich.stories.pairs import NAMES, Pairs, Shared, features
from chipwire.enrich.stories.views import Floats, Rarity, View

COMMON = {5: 0.5, 9: 0.15}
CONCEPTS = ("index-close", "outage", "news-round")


def drawn(draw: random.Random) -> Print:
    """A small item over few terms and anchors, so that much is shared."""
    body = [draw.randint(0, 30) for _ in range(draw.randint(0, 40))]
    named = {(draw.choice(list(Kind)), draw.randint(1, 12)) for _ in range(draw.randint(0, 20))}
    return Print(
        lang=draw.choice(("en", "ja")),
        published=draw.choice((None, draw.randint(0, 10**6))),
        feed=1,
        host=1,
        credit=0,
        text=draw.randint(0, 10**9),
        title=tuple(draw.randint(1, 30) for _ in range(draw.randint(0, 6))),
        body=tuple(body),
        anchors=tuple(Anchor(kind, key, draw.randint(8, 64) / 32, draw.choice(list(Zone))) for kind, key in named),
    )


@pytest.fixture(scope="module")
def prints() -> list[Print]:
    draw = random.Random(3)
    return [drawn(draw) for _ in range(60)]


@pytest.fixture(scope="module")
def views(prints: list[Print]) -> list[View]:
    return list(map(seen, prints))


def seen(one: Print) -> View:
    raw = unpack(encode(one))
    assert raw is not None
    return View.many([raw], Rarity(COMMON))[0]


def beside(one: View, others: list[View]) -> Floats:
    """The features of one item beside each of others."""
    return features(Shared(Pairs([one, *others], np.zeros(len(others), dtype=np.intp), np.arange(1, len(others) + 1))))


@pytest.mark.slow
def test_many_at_once_are_as_one_by_one(views: list[View]) -> None:
    for one in views[:10]:
        together = beside(one, views)
        apart = np.concatenate([beside(one, [other]) for other in views])
        assert np.allclose(together, apart, rtol=0, atol=1e-12)


@pytest.mark.slow
def test_either_side_sees_the_same(views: list[View], prints: list[Print]) -> None:
    """Weights of shared anchors are taken from one side, but are the same on both in real prints."""
    skewed = {NAMES.index(name) for name in ("figures", "products", "names", "places")}
    told = [column for column in range(len(NAMES)) if column not in skewed]
    for one, seen in list(zip(views, prints, strict=True))[:10]:
        back = np.concatenate([beside(other, [one]) for other in views])
        undated = np.array([seen.published == other.published for other in prints])
        assert np.allclose(beside(one, views)[~undated][:, told], back[~undated][:, told], rtol=0, atol=1e-12)


def test_several_beside_their_own_others_are_as_each_alone(views: list[View]) -> None:
    ones, others = np.repeat(np.arange(10), 20), np.tile(np.arange(20), 10) * 3
    alone = [beside(views[one], [views[other] for other in range(0, 60, 3)]) for one in range(10)]
    assert np.allclose(features(Shared(Pairs(views, ones, others))), np.concatenate(alone), rtol=0, atol=1e-12)


def test_against_plain_sums(prints: list[Print], views: list[View]) -> None:
    """The cosine of the whole, and the rarity of shared names, written out."""
    for one, view in list(zip(prints, views, strict=True))[:15]:
        rows = beside(view, views)
        for two, row in zip(prints, rows, strict=True):
            assert row[NAMES.index("whole")] == pytest.approx(cosine(one, two), abs=1e-9)
            assert row[NAMES.index("names")] == pytest.approx(math.log1p(names(one, two)), abs=1e-9)


def cosine(one: Print, two: Print) -> float:
    if one.lang != two.lang:
        return 0.0
    mine, other = (vector([*each.title, *each.body]) for each in (one, two))
    norm = math.sqrt(sum(w * w for w in mine.values()) * sum(w * w for w in other.values()))
    return sum(weight * other.get(term, 0.0) for term, weight in mine.items()) / norm if norm else 0.0


def vector(terms: list[int]) -> dict[int, float]:
    return {t: COMMON.get(t, 1.0) * (1 + math.log(terms.count(t))) for t in set(terms) - {0}}


def names(one: Print, two: Print) -> float:
    mine, other = ({a.key: a for a in each.anchors if a.kind == Kind.NAME} for each in (one, two))
    return sum(
        mine[key].weight * (1.5 if mine[key].zone < Zone.BODY and other[key].zone < Zone.BODY else 1.0)
        for key in mine.keys() & other.keys()
    )


def test_a_market_close_tells_no_event_that_it_names() -> None:
    """One that is headed so, beside an item that knows of no close at all."""
    close, outage, _ = (Anchor(Kind.CONCEPT, anchor_key(Kind.CONCEPT, name), 1.0, Zone.TITLE) for name in CONCEPTS)
    plain = Print("en", 10**6, 1, 1, 0, 1, (1,), (2,), ())
    found = []
    for anchors in ((close, outage), (outage,), (outage, close._replace(zone=Zone.BODY))):
        raw = unpack(encode(replace(plain, anchors=anchors)))
        assert raw is not None
        found.append(View.many([raw], Rarity(COMMON))[0])
    assert beside(found[0], found[1:])[:, NAMES.index("rhythm")].tolist() == [1, 0]
    assert beside(found[1], [found[0]])[:, NAMES.index("rhythm")].tolist() == [1]


def test_news_in_brief_is_part_of_no_event_and_of_no_other_list() -> None:
    """Beside an item that it names, and beside the list of another outlet."""
    outage, news = (Anchor(Kind.CONCEPT, anchor_key(Kind.CONCEPT, name), 1.0, Zone.TITLE) for name in CONCEPTS[1:])
    plain = Print("en", 10**6, 1, 1, 0, 1, (1,), (2,), ())
    raws = [unpack(encode(replace(plain, anchors=anchors))) for anchors in ((news, outage), (outage,), (news,))]
    views = View.many([raw for raw in raws if raw], Rarity(COMMON))
    assert beside(views[0], views[1:])[:, NAMES.index("rhythm")].tolist() == [1, 1]


def test_closes_of_two_markets_in_one_hour() -> None:
    close, tokyo, taipei = (
        Anchor(kind, anchor_key(kind, name), 1.0, Zone.TITLE)
        for kind, name in ((Kind.CONCEPT, "index-close"), (Kind.PLACE, "tokyo"), (Kind.PLACE, "taipei"))
    )
    draw = random.Random(5)
    there, here, again = (
        seen(replace(drawn(draw), published=0, anchors=(close, place))) for place in (tokyo, taipei, tokyo)
    )
    rhythm = NAMES.index("rhythm")
    assert [beside(there, [other])[0, rhythm] for other in (here, again)] == [1, 0]
