"""Main parties and passing mentions."""

import pytest

from chipwire.domain import Role
from chipwire.enrich.tagger import Tagger


@pytest.mark.parametrize(
    ("lang", "title", "body", "slug", "role"),
    [
        ("en", "Nvidia opens a lab in Turku", "Forty people will work there.", "nvidia", "about"),
        (
            "en",
            "Nvidia opens a lab in Turku",
            "Forty will work there. Intel left the city in May.",
            "intel",
            "mention",
        ),
        ("en", "Samsung and TSMC both raise wages", "Unions had asked for more.", "tsmc", "about"),
        ("zh", "英伟达在芬兰开设实验室", "四十人将在那里工作，英特尔五月离开该市。", "intel", "mention"),
        ("ko", "삼성전자, 투르쿠에 연구소", "직원은 마흔 명이다. 인텔은 떠났다.", "samsung", "about"),
        ("ja", "サムスンが研究所を開設", "40人が働く。インテルは5月に去った。", "intel", "mention"),
        ("id", "Baidu Buka Kantor di Turku", "Nvidia lebih dulu pergi.", "nvidia", "mention"),
    ],
)
def test_roles(tagger: Tagger, lang: str, title: str, body: str, slug: str, role: Role) -> None:
    assert tagger.tag(title, body, lang=lang).companies[slug] == role
