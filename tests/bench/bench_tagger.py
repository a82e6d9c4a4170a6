"""What tagging costs: 6 kB of text per language, of news with all that news has, and of names in a row; a feed's item;
and the search for names alone as the lexicon grows.

    python tests/bench/bench_tagger.py [--check]

Times are processor time of one core, all texts in turns: the median of a round's medians and of its 95th percentiles,
so that a neighbour who is busy in fewer than half of the rounds changes nothing; one who always is slows all.
"companies" are names under all their conditions with zones and evidence; "everything" adds language, roles, topics,
figures, claims and credit; "of ten" is what that costs a text when ten are tagged together, as entries of a feed are.
--check fails when everything takes more than 1 ms median or 3 ms at the 95th percentile in
a plain text, when companies take more than 3 ms there in any, or when 5,000 names cost more than twice what 300 cost.
"""

import argparse
import gc
import statistics
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from chipwire.domain import Tags
from chipwire.enrich.looks import Written
from chipwire.enrich.lookup.glossary import AliasGroup, CompanyEntry, Glossary
from chipwire.enrich.lookup.matching import Matcher
from chipwire.enrich.tagger import Tagger
from chipwire.enrich.text.folding import fold, fold_word
from chipwire.enrich.text.spelling import Endings

DATA = Path(__file__).parents[2] / "data"
SIZE = 6_000
NAMES = [
    "Nvidia",
    "AMD",
    "Intel",
    "TSMC",
    "Samsung",
    "Micron",
    "Broadcom",
    "Qualcomm",
    "Marvell",
    "ASML",
    "Arm",
    "Apple",
    "Meta",
    "Amazon",
    "Microsoft",
    "Google",
    "Oracle",
    "IBM",
    "Huawei",
    "Alibaba",
    "Baidu",
    "Tencent",
    "ByteDance",
    "Xiaomi",
    "SMIC",
    "Cambricon",
    "Hygon",
    "MediaTek",
    "UMC",
    "GlobalFoundries",
    "Infineon",
    "STMicroelectronics",
    "NXP",
    "Renesas",
    "Kioxia",
    "SoftBank",
    "OpenAI",
    "Anthropic",
    "Rapidus",
    "Tesla",
]
NEWS = [
    'The ferry company said: "We bought 400 graphics cards from Nvidia, and every one of them is in use."',
    "Shares of the maker rose 4.2% to $118.40, their highest close since 9 March, on volume of 31 million.",
    "Harbour Wire: two people with knowledge of the plan put the order at about $1.6 billion over three years.",
    "A spokesperson for Samsung Electronics declined to comment; Amazon did not answer a message by 18:30.",
    "The town wants at least 12 MW for the hall, or roughly what 9,000 households take, the council wrote.",
    "Read also: Ferries to Run Later in Summer, Council Decides After Long Night",
    "Apple growers upstream fear for their water, and the meta question, as the mayor put it, is who pays.",
    "Engineers of the yard will package the chips with high-bandwidth memory before a second line opens in 2028.",
    "Photo: the old ticket booth, which the arm of the new crane now reaches (Harbour Archive).",
    "Export rules that Washington tightened in October leave the yard two suppliers: one in Kaohsiung, one in Dresden.",
    'The union called the schedule "a joke"; it asks for 35 hours and a roof over the booth.',
    "Follow us on Telegram and X, or sign up for our newsletter: one letter a day, no more.",
    "According to Reuters, the insurer has capped the loss at 70 million euros, up from 45 million a year ago.",
]
ITEM = 420
"""Characters of title and summary of an item as feeds have it."""
SENTENCES = {
    "en": [
        "The harbour council met twice last week and put off its decision until the ferries are painted.",
        "Nvidia will lend six engineers to the weather office, and Samsung supplies the memory for free.",
        "Neighbours had hoped for a quieter engine, a later boat and a roof over the ticket booth.",
        "Officials in the capital said that the new server hall needs more water than the town has in August.",
    ],
    "zh": [
        "港务局上周开了两次会，决定等渡轮刷完漆再说。",
        "英伟达将借出六名工程师，三星电子免费提供内存。",
        "居民希望晚班船再晚一些，售票亭能有个顶棚。",
        "官员说新机房八月份用水比全镇还多，工程可能推迟。",
    ],
    "ko": [
        "항만청은 지난주 두 번 회의를 열고 여객선을 다 칠한 뒤 결정하기로 했다.",
        "엔비디아는 기술자 여섯 명을 보내고 삼성전자는 메모리를 무료로 댄다.",
        "주민들은 막차가 더 늦어지고 매표소에 지붕이 생기기를 바랐다.",
    ],
    "id": [
        "Pengurus pelabuhan bertemu dua kali pekan lalu dan menunda keputusan sampai feri selesai dicat.",
        "Nvidia meminjamkan enam insinyur, sedangkan Samsung menyediakan memori secara cuma-cuma.",
        "Warga berharap kapal terakhir berangkat lebih malam dan loket diberi atap.",
    ],
    "ja": [
        "港湾局は先週2度会議を開き、渡し船の塗装が終わるまで決定を延ばした。",
        "エヌビディアは技術者6人を派遣し、サムスン電子はメモリーを無償で出す。",
        "住民は最終便を遅らせ、切符売り場に屋根をつけるよう求めていた。",
    ],
}


def text(lang: str, first: int = 0) -> str:
    """Sentences of a language in blocks of three, from the one numbered `first` on, up to 6,000 bytes."""
    lines: list[str] = []
    size, number = 0, first
    while size < SIZE:
        sentence = SENTENCES[lang][number % len(SENTENCES[lang])]
        size += len(sentence.encode()) + 1
        lines.append(sentence + ("\n" if number % 3 == 2 else " "))
        number += 1
    return "".join(lines)


def news() -> str:
    """A long report with quotes, figures, notices and words that only look like names, up to 6,000 bytes."""
    lines: list[str] = []
    while sum(map(len, lines)) + len(lines) < SIZE:
        number = len(lines)
        lines.append(f"{number}. {NEWS[number % len(NEWS)]}" if number % 5 == 4 else NEWS[number % len(NEWS)])
    return "\n".join(" ".join(lines[at : at + 3]) for at in range(0, len(lines), 3))


def wrap() -> str:
    """A market wrap: forty names again and again, each with its move, up to 6,000 bytes."""
    lines: list[str] = []
    while sum(map(len, lines)) + len(lines) < SIZE:
        one, two, three = (NAMES[(3 * len(lines) + step) % len(NAMES)] for step in range(3))
        lines.append(f"{one} gained {len(lines) % 7}.4%, {two} shares lost {len(lines) % 5}.1% and {three} was flat.")
    return " ".join(lines)


def timed(deeds: dict[str, Callable[[], object]], rounds: int = 25, calls: int = 20) -> dict[str, tuple[float, float]]:
    """Median and 95th percentile of each deed in milliseconds of processor time, all deeds in turns.

    Each is the median over the rounds of what the calls of one round gave.
    """
    gc.collect()
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in deeds}
    for _ in range(rounds):
        for name, deed in deeds.items():
            times = []
            for _ in range(calls + 1):
                start = time.process_time_ns()
                deed()
                times.append((time.process_time_ns() - start) / 1e6)
            del times[0]  # the deed before has taken its place in the processor's cache
            found[name].append((statistics.median(times), statistics.quantiles(times, n=20)[-1]))
    middles = {name: tuple(map(statistics.median, zip(*each, strict=True))) for name, each in found.items()}
    return {name: (middle, late) for name, (middle, late) in middles.items()}


def tagged(tagger: Tagger, texts: list[Written]) -> list[Tags]:
    return tagger.said(tagger.look(texts))


def grown(glossary: Glossary, names: int, lower: str) -> Glossary:
    """A glossary with exactly so many names: those that stand in a text, others of its own, then invented ones.

    A search that finds more costs more; what is asked is what names cost that are not found.
    """
    spare = names - sum(fold_word(name) in lower for name in written(glossary))
    companies: dict[str, CompanyEntry] = {}
    for slug, entry in glossary.companies.items():
        groups: list[AliasGroup] = []
        for group in entry.alias:
            kept = [text for text in group.texts if fold_word(text) in lower]
            others = [text for text in group.texts if text not in kept][: max(0, spare)]
            spare -= len(others)
            groups += [group.model_copy(update={"texts": kept + others})] if kept or others else []
        if groups:
            companies[slug] = entry.model_copy(update={"alias": groups, "sister": None})
    if spare > 0:
        invented = [f"Zyx{number:04d} Holdings" for number in range(spare)]
        companies["zyx"] = CompanyEntry(name="Zyx", alias=[AliasGroup(kind="legal", texts=invented)])
    return glossary.model_copy(update={"companies": companies})


def written(glossary: Glossary) -> list[str]:
    return [text for entry in glossary.companies.values() for group in entry.alias for text in group.texts]


def growth(rounds: int = 200) -> dict[int, float]:
    """Median milliseconds of one pass over 6 kB of English by number of names; all sizes in turns."""
    glossary, endings = Glossary.load(DATA), Endings.load(DATA)
    body = fold(text("en"))
    matchers = {names: Matcher(grown(glossary, names, body.lower), endings) for names in (300, 1_000, 3_000, 5_000)}
    if len({len(matcher.find(body, "en").hits) for matcher in matchers.values()}) > 1:
        raise SystemExit("the glossaries do not find the same names: they cannot be compared")
    times: dict[int, list[float]] = {names: [] for names in matchers}
    for _ in range(rounds):
        for names, matcher in matchers.items():
            matcher.find(body, "en")
            start = time.process_time_ns()
            matcher.find(body, "en")
            times[names].append((time.process_time_ns() - start) / 1e6)
    return {names: statistics.median(found) for names, found in times.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    tagger = Tagger.load(DATA)
    texts = {name: (name, text(name)) for name in SENTENCES} | {"news": ("en", news()), "wrap": ("en", wrap())}
    texts["item"] = ("en", news()[:ITEM])
    title = "Harbour news"
    names = timed({n: partial(tagger.mentions, title, body, lang) for n, (lang, body) in texts.items()})
    whole = timed({n: partial(tagger.tag, title, body, lang=lang) for n, (lang, body) in texts.items()})
    ten: dict[str, list[Written]] = {
        name: [(title, text(name, first), name) for first in range(10)] for name in SENTENCES
    }
    fed = timed({name: partial(tagged, tagger, feed) for name, feed in ten.items()}, calls=5)
    slow = []
    for name in texts:
        (middle, late), (all_middle, all_late) = names[name], whole[name]
        told = f"companies {middle:.2f} ms (p95 {late:.2f}), everything {all_middle:.2f} ms (p95 {all_late:.2f})"
        print(f"{name}: {told}" + (f", of ten {fed[name][0] / 10:.2f} ms" if name in fed else ""))
        slow += [name] if late > 3 or (name in SENTENCES and (all_middle > 1 or all_late > 3)) else []
    curve = growth()
    print("names → ms:", ", ".join(f"{names}: {cost:.2f}" for names, cost in curve.items()))
    if check and (slow or curve[5_000] > 2 * curve[300]):
        raise SystemExit(f"too slow: {slow or curve}")


if __name__ == "__main__":
    main()
