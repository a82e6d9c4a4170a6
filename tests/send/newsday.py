"""A big day of invented chip news as an editor meets it: many languages, wide and thin stories, figures, a denial."""

import tomllib
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from chipwire.domain import Amount, Claim, DigestStory, Report, Why
from tests.send.conftest import NOW

OUTLETS = ["Wafer Post", "Chip Courier", "Silizium-Brief", "The Fab Ledger", "Puce Hebdo", "Kabar Silikon", "芯片日报",
           "반도체신문", "半導体通信", "Harbour Financial Daily", "Lithography Weekly", "Memory Lane"]  # fmt: skip
NAMES = {"bytedance": "ByteDance", "samsung": "Samsung", "alibaba": "Alibaba", "baidu": "Baidu", "nvidia": "Nvidia",
         "tsmc": "TSMC", "huawei": "Huawei", "sk-hynix": "SK hynix"}  # fmt: skip
SMALL = [
    "{name} joins a standards group for chiplet links", "{name} hires a packaging veteran from a rival",
    "Court sets a date in the patent case against {name}", "{name} opens its compiler to outside developers",
    "Analysts raise their view of {name} before results", "{name} asks suppliers for a second source of substrates",
]  # fmt: skip
STORIES = 60


def stories() -> list[DigestStory]:
    """Sixty stories of the last day, ids in order of arrival."""
    told = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))["story"]
    numbers = iter(range(1, 10_000))
    return [_story(numbers, n, **facts) for n, facts in enumerate([*told, *_small(STORIES - len(told))], 1)]


def volumes() -> dict[str, Sequence[int]]:
    """Stories a day by company, oldest first."""
    return {slug: tuple((7 * n + 5 * day) % (15 - n) for day in range(7)) for n, slug in enumerate(NAMES)}


def _small(count: int) -> Iterator[dict[str, Any]]:
    slugs = list(NAMES)
    for n in range(count):
        slug = slugs[n % len(slugs)]
        title = SMALL[n // len(slugs)].format(name=NAMES[slug])
        text = f"The notice on the firm's site gives no reason. Step {n + 1} of the plan takes effect this quarter."
        yield {"lang": "en", "title": title, "text": text, "alias": NAMES[slug], "roles": {slug: "about"}, "outlets": 1}


def _story(
    numbers: Iterator[int], n: int, *, lang: str, title: str, text: str, alias: str, roles: dict[str, Any],
    outlets: int, figures: Sequence[Any] = (), denied_by: str | None = None,
) -> DigestStory:  # fmt: skip
    at = NOW - timedelta(minutes=23 * n + 40)
    reports = []
    for place in range(outlets):
        ident, outlet = next(numbers), (n + place) % len(OUTLETS)
        report = Report(
            ident, OUTLETS[outlet], f"https://news{outlet}.example/2026/11/{ident}", title, text, lang,
            at + timedelta(minutes=place),
            figures=tuple(Amount(said, float(low), float(low), unit) for said, low, unit in figures),
            claims=(Claim(kind="denial", text="The report is inaccurate", speaker=denied_by),) if denied_by else (),
            why=(Why(next(iter(roles)), alias, "title"),),
        )  # fmt: skip
        reports.append(report)
    return DigestStory(reports[0].item_id, tuple(reports), roles)
