"""Text of others in a letter: hostile, from right to left, in any encoding, too long; none of it breaks the letter."""

import re
from datetime import datetime, timedelta
from email.parser import BytesParser
from email.policy import default
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chipwire.domain import Amount, FeedHealth, utc
from chipwire.send import envelope, plain
from chipwire.send.frame import SUBJECT
from chipwire.send.render import Rendered, Sender, letter
from tests.cases import every
from tests.examples import examples
from tests.send.conftest import NOW, full, reader, report, story
from tests.send.letters import parsed

HOSTILE = [
    "two\nlines", "carriage\r\nBcc: eve@evil.example", "vertical\x0btab", "next\x85line", "separator\u2028here",
    "nul\x00byte", "lone\ud800surrogate", "right\u202eto-left", "<script>alert(1)</script>", "x" * 5000,
    "{{ 7 * 7 }}", "ends with a dot.\r\n.\r\n", "", " ", "\u2066open isolate", "👩‍👩‍👧‍👦" * 60,
]  # fmt: skip


def test_must_12_hostile_text_stops_nothing(composed: Any, sender: Sender) -> None:
    stories = [
        story(report(n, title, text=title, outlet=title, figures=(Amount(title, n, n, title),)), about="samsung")
        for n, title in enumerate(HOSTILE, 1)
    ]
    for single in stories:
        check_sane(letter(composed(single), sender))
    check_sane(letter(composed(*stories, health=FeedHealth(len(HOSTILE), tuple(HOSTILE))), sender))


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


def test_a_letter_from_right_to_left_isolates_everything_foreign(composed: Any, sender: Sender) -> None:
    assert "\u2068ByteDance plans" in letter(composed(full(), who=reader(locale="ar")), sender).text


def test_must_12_foreign_strings_are_isolated_and_lang_sits_on_blocks(composed: Any, sender: Sender) -> None:
    arabic = story(report(1, "سامسونج تعلن عن شريحة", lang="ar", outlet="صحيفة الرقائق"), about="samsung")
    done = letter(composed(arabic), sender)
    assert "\u2068سامسونج تعلن عن شريحة\u2069" in done.text
    assert done.html is not None
    assert '<h3 lang="ar" dir="rtl"' in done.html
    assert "\u2068صحيفة الرقائق\u2069" in done.html
    assert not re.search(r"<a [^>]*\b(lang|dir)=", done.html)
    assert (
        'dir="rtl" style="margin:0 0 5px;font-size:22px;line-height:1.3;font-weight:700;text-align:right"' in done.html
    )
    frame = letter(composed(arabic, who=reader(locale="ar")), sender).html or ""
    assert ";text-align:right" not in frame.partition("<h3")[2], "as the letter itself runs"
    assert '<html lang="ar" dir="rtl">' in frame


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


def test_a_sender_of_any_script_keeps_the_address() -> None:
    """Only the name is written in encoded words (RFC 2047, 5); within them the address would lead nowhere."""
    sealed = envelope.seal([("From", "칩 소식 <digest@chipwire.test>")], [envelope.part("text/plain", "x")], NOW)
    (mailbox,) = BytesParser(policy=default).parsebytes(sealed)["From"].addresses
    assert (mailbox.display_name, mailbox.addr_spec) == ("칩 소식", "digest@chipwire.test")
    assert b"<digest@chipwire.test>" in sealed


@pytest.mark.parametrize("locale", ["en", "id", "zh-Hans", "zh-Hant", "ko", "ja", "de", "ar", "zh-TW", "xx"])
def test_every_locale_renders(composed: Any, sender: Sender, locale: str) -> None:
    stories = [story(report(n), about="samsung") for n in range(1, 30)]
    who = reader(locale=locale)
    done = letter(composed(*stories, who=who, health=FeedHealth(9, ("Outlet 3",)), told={3: 3}), sender)
    check_sane(done)
    assert "{" not in done.text


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//x.example", "https://", "https://a b/"])
def test_only_web_addresses_are_linked(composed: Any, sender: Sender, url: str) -> None:
    done = letter(composed(story(report(1, url=url))), sender)
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


@pytest.mark.parametrize(
    ("tag", "more", "leading"), [("en", "A (+3)", "X: "), ("ar", "A (+3)", "X: "), ("ja", "A（+3）", "X：")]
)
def test_brackets_and_colons_are_the_locales_own(sender: Sender, tag: str, more: str, leading: str) -> None:
    said, marks = sender.words[tag], dict.fromkeys((0x2068, 0x2069))
    assert said.and_more("A", 3).translate(marks) == more
    assert said.and_more("A", 0) == "A"
    assert said.leading("X").translate(marks) == leading


def test_dates_are_written_the_locales_way(sender: Sender) -> None:
    said = {tag: sender.words[tag].moment(NOW, "America/New_York") for tag in ("en", "ko", "zh-Hans", "id")}
    assert said == {
        "en": "Nov 23, 2:00\u202fAM", "ko": "11월 23일 오전 2:00", "zh-Hans": "11月23日 02:00", "id": "23 Nov 02.00",
    }  # fmt: skip
    assert sender.words["ko"].place("America/New_York") == "뉴욕"
    assert sender.words["en"].place("UTC") == "UTC"


@pytest.mark.parametrize(
    ("published", "shown"),
    [
        (NOW - timedelta(hours=3), "11:00\u202fAM"),
        (NOW - timedelta(days=6), "Nov 17, 2:00\u202fPM"),
        (NOW - timedelta(days=800), "Sep 14, 2024"),
        (NOW + timedelta(days=2), "Nov 22, 6:01\u202fPM"),
        (utc(1970, 1, 1), "Nov 22, 6:01\u202fPM"),
        (None, "Nov 22, 6:01\u202fPM"),
    ],
)
def test_what_was_printed_long_ago_does_not_look_like_news(
    composed: Any, sender: Sender, published: datetime | None, shown: str
) -> None:
    """What a feed brings of its archive bears its date; a date that cannot be gives way to when it came in."""
    done = letter(composed(story(report(1, published=published))), sender)
    assert f"Outlet 1 · {shown}\n" in done.text
    assert f"Outlet 1 · {shown}" in (done.html or "").replace("\u2068", "").replace("\u2069", "")


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


@every(
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
