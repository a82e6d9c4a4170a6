"""The fourteen musts as far as bytes can show them: headers, parts, size, hostile text, isolation, determinism."""

import re
from datetime import timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any

import dkim
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chipwire.domain import Amount, Claim, Digest, DigestStory, FeedHealth, Reader
from chipwire.send import envelope, plain
from chipwire.send.compose import Catalogue, compose
from chipwire.send.frame import SUBJECT
from chipwire.send.render import MOST_HTML, Rendered, Sender, letter
from tests.examples import examples
from tests.send.conftest import NOW, reader, report, story, units, why, window

HOSTILE = [
    "two\nlines", "carriage\r\nBcc: eve@evil.example", "vertical\x0btab", "next\x85line", "separator\u2028here",
    "nul\x00byte", "lone\ud800surrogate", "right\u202eto-left", "<script>alert(1)</script>", "x" * 5000,
    "{{ 7 * 7 }}", "ends with a dot.\r\n.\r\n", "", " ", "\u2066open isolate", "👩‍👩‍👧‍👦" * 60,
]  # fmt: skip


@pytest.fixture
def digest(catalogue: Catalogue) -> Any:
    def make(*stories: DigestStory, who: Reader | None = None, **more: Any) -> Digest:
        return compose(who or reader(), stories, window(), NOW, catalogue=catalogue, **more)

    return make


def parsed(raw: bytes) -> EmailMessage:
    message = BytesParser(policy=default).parsebytes(raw)
    assert isinstance(message, EmailMessage)
    return message


def full(number: int = 1, **more: Any) -> DigestStory:
    return story(
        report(number, "ByteDance plans its own inference chip", why=why(), figures=(units(1e5),)),
        report(number + 1, link="rewrite", lang="id"),
        **more,
    )


def test_must_1_headers(digest: Any, sender: Sender) -> None:
    raw = letter(digest(full()), sender).body
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


def test_must_1_the_subject_names_the_top_story_the_count_and_the_date(digest: Any, sender: Sender) -> None:
    subject = letter(digest(full(), story(report(9), roles={"samsung": "mention"})), sender).subject
    assert subject == "ByteDance plans its own inference chip +1 · Nov 23, 2026"
    assert len(subject) <= SUBJECT
    other = letter(digest(full(), who=reader(locale="ko")), sender).subject
    assert "2026" in other
    assert len(other) <= SUBJECT


def test_must_1_the_message_id_is_stable_for_subscription_and_date(digest: Any, sender: Sender) -> None:
    first, second = letter(digest(full()), sender), letter(digest(full(), story(report(9))), sender)
    assert first.message_id == second.message_id
    assert first.message_id != letter(digest(full(), who=reader(id=2)), sender).message_id
    tomorrow = digest(full(), local_date=(NOW + timedelta(days=1)).date())
    assert first.message_id != letter(tomorrow, sender).message_id


def test_must_2_dkim_covers_both_unsubscribe_headers(digest: Any, sender: Sender, signer: envelope.Dkim) -> None:
    from dataclasses import replace

    raw = letter(digest(full()), replace(sender, dkim=signer)).body
    assert dkim.verify(raw, dnsfunc=lambda name, timeout=5: published(signer))
    for broken in (b"/unsubscribe/", b"One-Click", b"Subject: =?utf"):
        assert not dkim.verify(
            raw.replace(broken, broken.swapcase(), 1), dnsfunc=lambda n, timeout=5: published(signer)
        )
    header = raw.partition(b"\r\nFrom:")[0].lower()
    assert b"list-unsubscribe" in header
    assert b"list-unsubscribe-post" in header


def test_must_3_text_first_then_html_with_the_same_stories_and_links(digest: Any, sender: Sender) -> None:
    raw = letter(digest(full(), story(report(9))), sender).body
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


def test_must_4_html_stays_small_and_counts_what_it_leaves_out(digest: Any, sender: Sender) -> None:
    slugs = ["bytedance", "samsung", "alibaba", "baidu", "nvidia"]
    stories = [
        story(
            report(n, "芯片" * 90, url=f"https://o.example/{n}/" + "x" * 1500, text="很长的一句话" * 60, lang="zh"),
            about=slugs[n % 5],
        )
        for n in range(1, 501)
    ]
    done = letter(digest(*stories), sender)
    assert done.html is not None
    assert 60_000 < len(done.html.encode()) <= MOST_HTML
    assert len(done.digest.lines) + done.digest.hidden == 500
    counted = [int(n) for n in re.findall(r"(\d+) more stories", done.html)]
    assert sum(counted) + len(re.findall("One more story", done.html)) == done.digest.hidden
    assert re.findall(r'href="https://news\.chipwire\.test/companies/[a-z]+"', done.html)


def test_must_12_hostile_text_stops_nothing(digest: Any, sender: Sender) -> None:
    stories = [
        story(report(n, title, text=title, outlet=title, figures=(Amount(title, n, n, title),)), about="samsung")
        for n, title in enumerate(HOSTILE, 1)
    ]
    for single in stories:
        check_sane(letter(digest(single), sender))
    check_sane(letter(digest(*stories, health=FeedHealth(len(HOSTILE), tuple(HOSTILE))), sender))


def check_sane(done: Rendered) -> None:
    message = parsed(done.body)
    assert not any(part.defects for part in message.walk())
    assert "Bcc" not in message
    assert len(message["Subject"]) <= SUBJECT
    text, html = (part.get_content() for part in message.iter_parts())
    assert not re.search("[\x00\x0b\x85\u2028\u2029\u202a-\u202e\u2066\u2067\ud800-\udfff]", text + html)
    assert text.count("\u2068") == text.count("\u2069")
    assert "<script" not in html
    assert all(line.count("\u2068") == line.count("\u2069") for line in text.splitlines())


@pytest.mark.parametrize(
    ("text", "relaxed"),
    [
        ("\u2068Samsung\u2069, \u2068삼성전자\u2069 (\u2068+3\u2069)", "Samsung, 삼성전자 (+3)"),
        ("\u2068سامسونج\u2069, \u2068Intel\u2069", "\u2068سامسونج\u2069, Intel"),
        (
            "\u2068a \u2068שבבים\u2069 b\u2069 \u2068c \u2068d\u2069\u2069",
            "\u2068a \u2068שבבים\u2069 b\u2069 \u2068c d\u2069",
        ),
    ],
)
def test_only_what_runs_the_other_way_is_isolated(text: str, relaxed: str) -> None:
    assert plain.relaxed(text) == relaxed


def test_a_letter_from_right_to_left_isolates_everything_foreign(digest: Any, sender: Sender) -> None:
    assert "\u2068ByteDance plans" in letter(digest(full(), who=reader(locale="ar")), sender).text


def test_must_12_foreign_strings_are_isolated_and_lang_sits_on_blocks(digest: Any, sender: Sender) -> None:
    arabic = story(report(1, "سامسونج تعلن عن شريحة", lang="ar", outlet="صحيفة الرقائق"), about="samsung")
    done = letter(digest(arabic), sender)
    assert "\u2068سامسونج تعلن عن شريحة\u2069" in done.text
    assert done.html is not None
    assert '<h3 lang="ar" dir="rtl"' in done.html
    assert "\u2068صحيفة الرقائق\u2069" in done.html
    assert not re.search(r"<a [^>]*\b(lang|dir)=", done.html)
    assert (
        'dir="rtl" style="margin:0 0 5px;font-size:22px;line-height:1.3;font-weight:700;text-align:right"' in done.html
    )
    frame = letter(digest(arabic, who=reader(locale="ar")), sender).html or ""
    assert ";text-align:right" not in frame.partition("<h3")[2], "as the letter itself runs"
    assert '<html lang="ar" dir="rtl">' in frame


def test_must_13_nothing_is_requested(digest: Any, sender: Sender) -> None:
    html = letter(digest(full()), sender).html or ""
    assert not re.search(r"<(img|script|link|iframe|object|form|video|audio)\b|url\(|@import|@font-face|src=", html)


def test_must_14_every_line_says_why_and_links_straight(digest: Any, sender: Sender) -> None:
    done = letter(digest(full(), volume={"bytedance": (0, 1, 4, 0, 2, 0, 1)}), sender)
    assert "“ByteDance” in the headline" in done.text
    assert "Figures: 100,000 units" in done.text
    assert 'href="https://outlet1.example/news/1"' in (done.html or "")
    assert (done.html or "").count('class="bar"') == 4


@pytest.mark.parametrize(("speaker", "words"), [("samsung", "Denied by Samsung"), (None, "Denied by the company")])
def test_denials_are_marked(digest: Any, sender: Sender, speaker: str | None, words: str) -> None:
    denial = Claim(kind="denial", text="not true", speaker=speaker)
    assert words in letter(digest(story(report(1, claims=(denial,)))), sender).text


def test_an_update_says_what_is_new(digest: Any, sender: Sender) -> None:
    told = story(report(1), report(2, figures=(units(3.5e5, "35万颗", "up_to"),)))
    text = letter(digest(told, told={1: 1}), sender).text
    assert "* Update: " in text
    assert "New: up to 350,000 units\n" in text


@given(
    st.lists(
        st.sampled_from(["Samsung", "first…", "·", "2026年11月23日", "칩", "чип", "+3", "👩‍👩‍👧‍👦", "é"]),
        min_size=1,
        max_size=30,
    )
)
@examples()
def test_a_subject_arrives_as_it_was_written(words: list[str]) -> None:
    """Spaces included, wherever its lines are folded: "… +3 · 2026年" came as "… +3 ·2026年"."""
    subject = " ".join(words)
    sealed = envelope.seal([("Subject", subject)], [envelope.part("text/plain", "x")], NOW)
    assert BytesParser(policy=default).parsebytes(sealed)["Subject"] == subject
    assert all(len(line) <= 76 for line in sealed.split(b"\r\n") if not subject.isascii())


def test_a_later_report_stands_below_with_its_own_link(digest: Any, sender: Sender) -> None:
    """Its foreign headline keeps its own direction and language in both parts."""
    later = report(2, "تأجيل القاعدة", lang="ar", figures=(units(7),), first_seen=NOW)
    done = letter(digest(story(report(1, first_seen=NOW - timedelta(days=2)), later)), sender)
    assert "  Update: \u2068تأجيل القاعدة\u2069\n  Outlet 2 · " in done.text
    assert "\n  https://outlet2.example/news/2\n" in done.text
    assert '<span lang="ar"><a href="https://outlet2.example/news/2"' in (done.html or "")


def test_a_percentage_alone_is_no_figure_to_list(digest: Any, sender: Sender) -> None:
    """Nobody knows what it is a share of; the amount beside it is told."""
    figures = (Amount("66%", 66, 66, "%"), units(1e5))
    assert "Figures: 100,000 units\n" in letter(digest(story(report(1, figures=figures))), sender).text


def test_the_same_input_gives_the_same_bytes(digest: Any, sender: Sender) -> None:
    first, again = (letter(digest(full(), story(report(9))), sender).body for _ in range(2))
    assert first == again


@pytest.mark.parametrize("locale", ["en", "id", "zh-Hans", "zh-Hant", "ko", "ja", "de", "ar", "zh-TW", "xx"])
def test_every_locale_renders(digest: Any, sender: Sender, locale: str) -> None:
    stories = [story(report(n), about="samsung") for n in range(1, 30)]
    who = reader(locale=locale)
    done = letter(digest(*stories, who=who, health=FeedHealth(9, ("Outlet 3",)), told={3: 3}), sender)
    check_sane(done)
    assert "{" not in done.text


@pytest.mark.parametrize(("total", "said"), [(0, 0), (9, 1)])
def test_of_feeds_it_speaks_when_there_are_any(digest: Any, sender: Sender, total: int, said: int) -> None:
    done = letter(digest(story(report(1)), health=FeedHealth(total)), sender)
    assert (done.text.count("feeds answered"), (done.html or "").count("feeds answered")) == (said, said)


def test_text_only_readers_get_one_part(digest: Any, sender: Sender) -> None:
    raw = letter(digest(full(), who=reader(format="text")), sender).body
    assert parsed(raw).get_content_type() == "text/plain"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//x.example", "https://", "https://a b/"])
def test_only_web_addresses_are_linked(digest: Any, sender: Sender, url: str) -> None:
    done = letter(digest(story(report(1, url=url))), sender)
    assert url not in re.findall(r'href="([^"]*)"', done.html or "")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example/뉴스?q=삼성", "https://a.example/%EB%89%B4%EC%8A%A4?q=%EC%82%BC%EC%84%B1"),
        ("https://a.example/x%20y", "https://a.example/x%20y"),
        ("https://新闻.example/1", "https://xn--efvy88h.example/1"),
    ],
)
def test_addresses_become_ascii(url: str, expected: str) -> None:
    assert plain.link(url) == expected


def test_the_web_copy_is_the_html_part(digest: Any, sender: Sender) -> None:
    done = letter(digest(full()), sender)
    found = envelope.html_of(done.body)
    assert found is not None
    assert found.strip() == (done.html or "").strip()


def published(signer: envelope.Dkim) -> bytes:
    """The DNS record that goes with the key."""
    import base64
    import subprocess

    pem = subprocess.run(
        ["openssl", "rsa", "-pubout", "-outform", "DER"], input=signer.key, capture_output=True, check=True
    ).stdout
    return b"v=DKIM1; k=rsa; p=" + base64.b64encode(pem)


def test_figures_are_marked_where_the_summary_says_them(digest: Any, sender: Sender) -> None:
    said = report(1, text="It plans <100,000 units> a year.", figures=(units(1e5),))
    done = letter(digest(story(said)), sender)
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


def test_a_quiet_day_says_so_and_no_more(digest: Any, sender: Sender) -> None:
    done = letter(digest(who=reader(companies=["samsung", "baidu"], all_quiet=True)), sender)
    assert "All quiet" in done.text
    assert "0 reports" not in done.text
    assert "subscribed to news on Samsung, Baidu." in done.text


def test_dates_are_written_the_locales_way(sender: Sender) -> None:
    said = {tag: sender.words[tag].moment(NOW, "America/New_York") for tag in ("en", "ko", "zh-Hans", "id")}
    assert said == {
        "en": "Nov 23, 2:00\u202fAM", "ko": "11월 23일 오전 2:00", "zh-Hans": "11月23日 02:00", "id": "23 Nov 02.00",
    }  # fmt: skip
    assert sender.words["ko"].place("America/New_York") == "뉴욕"
    assert sender.words["en"].place("UTC") == "UTC"


@given(
    st.lists(st.text(st.sampled_from("ab .=é中\n\u2068"), max_size=200), min_size=1, max_size=4),
    st.text("ab/=._", max_size=120),
)
@examples()
def test_a_form_filled_in_decodes_to_its_text(pieces: list[str], value: str) -> None:
    """Whatever stands around a blank, line ends and spaces included; only a last line without an end is given one."""
    body = "\0x\0".join(pieces)
    form = envelope.Form("text/plain", body, ["\0x\0"])
    raw = b"MIME-Version: 1.0\r\n" + form.filled({"\0x\0": value})
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 76
    message = parsed(raw)
    assert not message.defects
    ended = body if body.endswith("\n") else body + "\n"
    assert message.get_content().replace("\r\n", "\n") == ended.replace("\0x\0", value)


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [
        ("chips", 5, "chips"),
        ("chips for servers and more", 20, "chips for servers…"),
        ("chipschips and", 8, "chipsch…"),
        ("xxxxxxxxxe\u0301yyyy", 11, "xxxxxxxxx…"),
        ("xxxxxxxxx\U0001f469\u200d\U0001f52czz", 11, "xxxxxxxxx…"),
        ("xxxxxxxxx\U0001f469\u200d\U0001f52czz", 12, "xxxxxxxxx…"),
    ],
)
def test_a_cut_parts_no_character_from_its_marks(text: str, limit: int, cut: str) -> None:
    assert plain.clip(text, limit) == cut
