"""What tagging costs: 6 kB of text per language, and the companies' part alone as the lexicon grows.

    python tests/bench/bench_tagger.py [--check]

Times are processor time of one core, so that a busy machine does not count. --check fails above 1 ms median or 3 ms
at the 95th percentile, or when 5,000 names cost more than twice what 300 cost.
"""

import argparse
import gc
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from chipwire.enrich.folding import fold
from chipwire.enrich.glossary import AliasGroup, CompanyEntry, Glossary
from chipwire.enrich.matching import Matcher
from chipwire.enrich.spelling import Endings
from chipwire.enrich.tagger import Tagger

DATA = Path(__file__).parents[2] / "data"
SIZE = 6_000
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


def text(lang: str) -> str:
    """Sentences of a language in blocks of three, up to 6,000 bytes."""
    lines: list[str] = []
    size = number = 0
    while size < SIZE:
        sentence = SENTENCES[lang][number % len(SENTENCES[lang])]
        size += len(sentence.encode()) + 1
        lines.append(sentence + ("\n" if number % 3 == 2 else " "))
        number += 1
    return "".join(lines)


def timed(deed: Callable[[], object], rounds: int = 200) -> tuple[float, float]:
    """Median and 95th percentile in milliseconds of processor time."""
    for _ in range(20):
        deed()
    gc.collect()
    times = []
    for _ in range(rounds):
        start = time.process_time_ns()
        deed()
        times.append((time.process_time_ns() - start) / 1e6)
    return statistics.median(times), statistics.quantiles(times, n=20)[-1]


def grown(glossary: Glossary, names: int) -> Glossary:
    """A glossary with exactly so many names: fewer companies, or invented ones besides."""
    companies: dict[str, CompanyEntry] = {}
    count = 0
    for slug, entry in glossary.companies.items():
        for group in entry.alias:
            kept = group.texts[: max(0, names - count)]
            if kept:
                alias = (
                    [*companies[slug].alias, group.model_copy(update={"texts": kept})]
                    if slug in companies
                    else [group.model_copy(update={"texts": kept})]
                )
                companies[slug] = entry.model_copy(update={"alias": alias, "sister": None})
                count += len(kept)
    if count < names:
        invented = [f"Zyx{number:04d} Holdings" for number in range(names - count)]
        companies["zyx"] = CompanyEntry(name="Zyx", alias=[AliasGroup(kind="legal", texts=invented)])
    return glossary.model_copy(update={"companies": companies})


def growth(rounds: int = 100) -> dict[int, float]:
    """Median milliseconds of one pass over 6 kB of English by number of names."""
    glossary, endings = Glossary.load(DATA), Endings.load(DATA)
    body = fold(text("en"))
    found = {}
    for names in (300, 1_000, 3_000, 5_000):
        matcher = Matcher(grown(glossary, names), endings)
        found[names], _ = timed(lambda matcher=matcher: matcher.find(body, "en"), rounds)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    tagger = Tagger.load(DATA)
    slow = []
    for lang in SENTENCES:
        body = text(lang)
        middle, late = timed(lambda body=body, lang=lang: tagger.mentions("Harbour news", body, lang))
        whole, whole_late = timed(lambda body=body, lang=lang: tagger.tag("Harbour news", body, lang=lang))
        print(f"{lang}: companies {middle:.2f} ms (p95 {late:.2f}), everything {whole:.2f} ms (p95 {whole_late:.2f})")
        slow += [lang] if middle > 1 or late > 3 else []
    curve = growth()
    print("names → ms:", ", ".join(f"{names}: {cost:.2f}" for names, cost in curve.items()))
    if check and (slow or curve[5_000] > 2 * curve[300]):
        raise SystemExit(f"too slow: {slow or curve}")


if __name__ == "__main__":
    main()
