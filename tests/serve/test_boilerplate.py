"""Lines that are not part of a report: kept in its text, faint on its own page, and quoted nowhere."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from chipwire.domain import Entry, Placement, Read, Tags
from chipwire.domain.boilerplate import blanked, shifted, without
from chipwire.keep.news import items, stories
from chipwire.keep.people import digests
from tests.client import Client
from tests.examples import examples
from tests.serve.conftest import NOW, Newsroom

ADVERT = "Read also: Nvidia raises its prices again."
TEXT = f"The line opens in May. {ADVERT}\nSamsung expects 40,000 wafers a month."


def page(client: Client, path: str) -> html.HtmlElement:
    return html.fromstring(client.get(path, headers={"accept": "text/html"}).text)


def said(found: Sequence[html.HtmlElement]) -> str:
    return " ".join(found[0].text_content().split())


def test_it_is_faint_on_the_page_of_its_report_and_quoted_nowhere(newsroom: Newsroom) -> None:
    start = TEXT.index(ADVERT)
    tags = Tags(lang="en", companies={"samsung": "about"}, boilerplate=[(start, start + len(ADVERT))])
    entry = Entry(uid="u", url="https://daily.example/u", title="A second line for memory", summary=TEXT, text=TEXT)
    with newsroom.store.write() as c:
        read = Read(entry=entry, url="https://daily.example/u", content_hash="h", tags=tags)
        number = items.add(c, "daily", [read], NOW).new[0][0]
        stories.apply(c, [Placement(item_id=number, story_id=number)], NOW)
        (told,) = digests.stories(c, number - 1, number)
    left = "The line opens in May. Samsung expects 40,000 wafers a month."
    assert " ".join(told.reports[0].text.split()) == left
    client = newsroom.client()
    whole = page(client, f"/items/{number}")
    assert whole.xpath("//mark[@class='advert']/text()") == [ADVERT]
    assert said(page(client, "/").xpath(f"//article[.//a[@href='/stories/{number}']]")).count(left) == 1
    assert said(page(client, f"/stories/{number}").xpath("//p[@class='lede' or @class='summary']")) == left
    assert client.get(f"/v1/items/{number}").json()["text"] == TEXT


def test_a_report_that_is_all_boilerplate_quotes_nothing(newsroom: Newsroom) -> None:
    entry = Entry(uid="v", url="https://daily.example/v", title="A third line for memory", summary=ADVERT, text=ADVERT)
    tags = Tags(lang="en", companies={"samsung": "about"}, boilerplate=[(0, len(ADVERT))])
    with newsroom.store.write() as c:
        read = Read(entry=entry, url=str(entry.url), content_hash="h", tags=tags)
        number = items.add(c, "daily", [read], NOW).new[0][0]
        stories.apply(c, [Placement(item_id=number, story_id=number)], NOW)
    client = newsroom.client()
    card = said(page(client, "/").xpath(f"//article[.//a[@href='/stories/{number}']]"))
    assert "A third line for memory" in card
    assert ADVERT not in card
    assert ADVERT not in said(page(client, f"/stories/{number}").xpath("//main"))


TEXTS = st.text("ab \n", max_size=40)


@given(TEXTS, st.lists(st.integers(0, 40), max_size=6))
@examples()
def test_cutting_and_blanking_leave_out_the_same(text: str, ends: list[int]) -> None:
    ends = sorted({min(end, len(text)) for end in ends})
    spans = list(zip(ends[::2], ends[1::2], strict=False))
    out = {place for start, end in spans for place in range(start, end)}
    cut, blank = without(text, spans), blanked(text, spans)
    assert cut == "".join(letter for place, letter in enumerate(text) if place not in out)
    assert len(blank) == len(text)
    assert all(
        blank[place] == text[place] if place not in out else blank[place].isspace() for place in range(len(text))
    )
    assert all(cut[shifted(place, spans)] == text[place] for place in range(len(text)) if place not in out)
