"""The fourteen musts as far as bytes can show them: headers, parts, size, why a line is there, determinism."""

import re
from datetime import timedelta
from typing import Any

import dkim
import pytest

from chipwire.domain import Amount, Claim, FeedHealth
from chipwire.send import envelope
from chipwire.send.frame import SUBJECT
from chipwire.send.render import MOST_HTML, Sender, letter
from tests.send.conftest import NOW, full, reader, report, story, units
from tests.send.letters import parsed, published


def test_must_1_headers(composed: Any, sender: Sender) -> None:
    raw = letter(composed(full()), sender).body
    message = parsed(raw)
    assert message["Date"].datetime == NOW
    assert re.fullmatch(r"<digest\.20261123\.[0-9a-f]{24}@chipwire\.test>", message["Message-ID"])
    assert len(message.get_all("From", [])) == len(message.get_all("To", [])) == 1
    assert message["To"] == "alice@chipwire.test"
    assert message["List-Id"] == "chipwire digest <digest.chipwire.test>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Auto-Submitted"] == "auto-generated"
    [link] = re.findall(rb"^List-Unsubscribe: <(\S+)>\r$", raw, re.MULTILINE)
    assert link.startswith(b"https://news.chipwire.test/unsubscribe/")
    assert len(link) > 78, "long enough to tempt the standard policy"
    assert b"=?" not in re.findall(rb"^List-.*$", raw, re.MULTILINE)[1]


def test_must_1_the_subject_names_the_top_story_the_count_and_the_date(composed: Any, sender: Sender) -> None:
    subject = letter(composed(full(), story(report(9), roles={"samsung": "mention"})), sender).subject
    assert subject == "ByteDance plans its own inference chip +1 · Nov 23, 2026"
    assert len(subject) <= SUBJECT
    other = letter(composed(full(), who=reader(locale="ko")), sender).subject
    assert "2026" in other
    assert len(other) <= SUBJECT


def test_must_1_the_message_id_is_stable_for_subscription_and_date(composed: Any, sender: Sender) -> None:
    first, second = letter(composed(full()), sender), letter(composed(full(), story(report(9))), sender)
    assert first.message_id == second.message_id
    assert first.message_id != letter(composed(full(), who=reader(id=2)), sender).message_id
    tomorrow = composed(full(), local_date=(NOW + timedelta(days=1)).date())
    assert first.message_id != letter(tomorrow, sender).message_id


def test_must_2_dkim_covers_both_unsubscribe_headers(composed: Any, sender: Sender, signer: envelope.Dkim) -> None:
    from dataclasses import replace

    raw = letter(composed(full()), replace(sender, dkim=signer)).body
    assert dkim.verify(raw, dnsfunc=lambda name, timeout=5: published(signer))
    for broken in (b"/unsubscribe/", b"One-Click", b"Subject: =?utf"):
        assert not dkim.verify(
            raw.replace(broken, broken.swapcase(), 1), dnsfunc=lambda n, timeout=5: published(signer)
        )
    header = raw.partition(b"\r\nFrom:")[0].lower()
    assert b"list-unsubscribe" in header
    assert b"list-unsubscribe-post" in header


def test_must_3_text_first_then_html_with_the_same_stories_and_links(composed: Any, sender: Sender) -> None:
    raw = letter(composed(full(), story(report(9))), sender).body
    message = parsed(raw)
    assert message.get_content_type() == "multipart/alternative"
    text, html = message.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert not any(part.defects for part in message.walk())
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert raw.isascii()
    links = set(re.findall(r'href="([^"]+)"', html.get_content()))
    for link in links:
        assert link.replace("&amp;", "&") in text.get_content()
    for title in ("ByteDance plans its own inference chip", "step number 9"):
        assert title in text.get_content()
        assert title in html.get_content()


def test_must_4_html_stays_small_and_counts_what_it_leaves_out(composed: Any, sender: Sender) -> None:
    slugs = ["bytedance", "samsung", "alibaba", "baidu", "nvidia"]
    stories = [
        story(
            report(n, "芯片" * 90, url=f"https://o.example/{n}/" + "x" * 1500, text="很长的一句话" * 60, lang="zh"),
            about=slugs[n % 5],
        )
        for n in range(1, 501)
    ]
    done = letter(composed(*stories), sender)
    assert done.html is not None
    assert 60_000 < len(done.html.encode()) <= MOST_HTML
    assert len(done.digest.lines) + done.digest.hidden == 500
    counted = [int(n) for n in re.findall(r"(\d+) more stories", done.html)]
    assert sum(counted) + len(re.findall("One more story", done.html)) == done.digest.hidden
    assert re.findall(r'href="https://news\.chipwire\.test/companies/[a-z]+"', done.html)


def test_must_13_nothing_is_requested(composed: Any, sender: Sender) -> None:
    html = letter(composed(full()), sender).html or ""
    assert not re.search(r"<(img|script|link|iframe|object|form|video|audio)\b|url\(|@import|@font-face|src=", html)


def test_must_14_every_line_says_why_and_links_straight(composed: Any, sender: Sender) -> None:
    done = letter(composed(full(), volume={"bytedance": (0, 1, 4, 0, 2, 0, 1)}), sender)
    assert "“ByteDance” in the headline" in done.text
    assert "Figures: 100,000 units" in done.text
    assert 'href="https://outlet1.example/news/1"' in (done.html or "")
    assert (done.html or "").count('class="bar"') == 4


@pytest.mark.parametrize(("speaker", "words"), [("samsung", "Denied by Samsung"), (None, "Denied by the company")])
def test_denials_are_marked(composed: Any, sender: Sender, speaker: str | None, words: str) -> None:
    denial = Claim(kind="denial", text="not true", speaker=speaker)
    assert words in letter(composed(story(report(1, claims=(denial,)))), sender).text


def test_an_update_says_what_is_new(composed: Any, sender: Sender) -> None:
    told = story(report(1), report(2, figures=(units(3.5e5, "35万颗", "up_to"),)))
    text = letter(composed(told, told={1: 1}), sender).text
    assert "* Update: " in text
    assert "New: up to 350,000 units\n" in text


def test_a_later_report_stands_below_with_its_own_link(composed: Any, sender: Sender) -> None:
    """Its foreign headline keeps its own direction and language in both parts."""
    later = report(2, "تأجيل القاعدة", lang="ar", figures=(units(7),), first_seen=NOW)
    done = letter(composed(story(report(1, first_seen=NOW - timedelta(days=2)), later)), sender)
    assert "  Update: \u2068تأجيل القاعدة\u2069\n  Outlet 2 · " in done.text
    assert "\n  https://outlet2.example/news/2\n" in done.text
    assert '<span lang="ar"><a href="https://outlet2.example/news/2"' in (done.html or "")


def test_a_percentage_alone_is_no_figure_to_list(composed: Any, sender: Sender) -> None:
    """Nobody knows what it is a share of; the amount beside it is told."""
    figures = (Amount("66%", 66, 66, "%"), units(1e5))
    assert "Figures: 100,000 units\n" in letter(composed(story(report(1, figures=figures))), sender).text


def test_the_same_input_gives_the_same_bytes(composed: Any, sender: Sender) -> None:
    first, again = (letter(composed(full(), story(report(9))), sender).body for _ in range(2))
    assert first == again


@pytest.mark.parametrize(("total", "said"), [(0, 0), (9, 1)])
def test_of_feeds_it_speaks_when_there_are_any(composed: Any, sender: Sender, total: int, said: int) -> None:
    done = letter(composed(story(report(1)), health=FeedHealth(total)), sender)
    assert (done.text.count("feeds answered"), (done.html or "").count("feeds answered")) == (said, said)


def test_of_feeds_that_failed_it_names_five(composed: Any, sender: Sender) -> None:
    health = FeedHealth(12, tuple(f"Outlet <{n}>" for n in range(6)))
    done = letter(composed(story(report(1)), health=health), sender)
    assert "6 of 12 feeds" in done.text, done.text
    assert "Outlet <4>" in done.text
    assert "Outlet <5>" not in done.text
    assert "(+1)" in done.text


def test_text_only_readers_get_one_part(composed: Any, sender: Sender) -> None:
    raw = letter(composed(full(), who=reader(format="text")), sender).body
    assert parsed(raw).get_content_type() == "text/plain"


def test_the_web_copy_is_the_html_part(composed: Any, sender: Sender) -> None:
    done = letter(composed(full()), sender)
    found = envelope.html_of(done.body)
    assert found is not None
    assert found.strip() == (done.html or "").strip()


def test_figures_are_marked_where_the_summary_says_them(composed: Any, sender: Sender) -> None:
    said = report(1, text="It plans <100,000 units> a year.", figures=(units(1e5),))
    done = letter(composed(story(said)), sender)
    assert "It plans &lt;<b>100,000 units</b>&gt; a year." in (done.html or "")
    assert "Figures:" not in done.text, "not said twice"


def test_a_figure_is_never_told_without_its_qualifier(sender: Sender) -> None:
    """In the reader's words, whatever the report's were; ranges with both ends."""
    told = [
        units(1e5, "100,000", "at_least"), units(3.5e5, "35万颗", "up_to"), units(1e5, "100 and 350,000", None, 3.5e5),
        Amount("160 miliar yuan", 1.6e11, 1.6e11, "CNY", "at_least"), Amount("$22bn", 2.2e10, 2.2e10, "USD", "about"),
        Amount("40% and 45%", 40, 45, "%"), Amount("50,000 wspm", 5e4, 5e4, "wafers/month"),
    ]  # fmt: skip
    said = {tag: [sender.words[tag].amount(amount) for amount in told] for tag in ("en", "de", "zh-Hans")}
    assert said["en"] == [
        "at least 100,000 units", "up to 350,000 units", "100,000–350,000 units", "at least 160 billion CNY",
        "about 22 billion USD", "40–45%", "50,000 wafers a month",
    ]  # fmt: skip
    assert said["de"][:4] == [
        "mindestens 100.000 Stück", "bis zu 350.000 Stück", "100.000–350.000 Stück", "mindestens 160 Milliarden CNY",
    ]  # fmt: skip
    assert said["zh-Hans"][:4] == ["至少10万件", "至多35万件", "10万–35万件", "至少1600亿 CNY"]


def test_a_quiet_day_says_so_and_no_more(composed: Any, sender: Sender) -> None:
    done = letter(composed(who=reader(companies=["samsung", "baidu"], all_quiet=True)), sender)
    assert "All quiet" in done.text
    assert "0 reports" not in done.text
    assert "subscribed to news on Samsung, Baidu." in done.text
