"""Phrases that make a company a passing mention, each beside a like one in which it is the main party."""

from chipwire.enrich.tagger import Tagger
from tests.cases import every


@every(
    ("lang", "title", "slug", "passing"),
    [
        ("es", "La Nvidia de las bicicletas busca socios", "nvidia", True),
        ("es", "El Google del siglo XIX era un archivero", "google", True),
        ("es", "Nvidia abre un taller en Burgos", "nvidia", False),
        ("pt", "A Nvidia dos moinhos contrata vinte pessoas", "nvidia", True),
        ("pt", "A Nvidia contrata vinte pessoas em Braga", "nvidia", False),
        ("zh", "他想做渔业的英伟达", "nvidia", True),
        ("zh", "英伟达进军渔业", "nvidia", False),
        ("ko", "삼성 밀어낸 소니, 이어폰 1위", "samsung", True),
        ("ko", "인텔을 앞지른 후지쯔 서버", "intel", True),
        ("ko", "삼성전자, 소니 밀어낼까", "samsung", False),
        ("ja", "京セラ、マイクロンとの差を縮める", "micron", True),
        ("ja", "マイクロン、京セラとの差を縮める", "micron", False),
        ("ja", "塗料の日栄、インテル向けで増収", "intel", True),
        ("ja", "インテル、車向けで増収", "intel", False),
        ("ko", "인스타 사진 보고 찾아온 손님들", "meta", True),
        ("ko", "인스타, 사진 편집 기능 개편", "meta", False),
        ("tr", "Dedesi masalları YouTube'dan yayınlıyor", "google", True),
        ("tr", "YouTube canlı yayınlara süre sınırı getirdi", "google", False),
        ("ro", "Fostă directoare la Microsoft deschide o brutărie", "microsoft", True),
        ("ro", "Microsoft deschide un birou la Cluj", "microsoft", False),
        ("cs", "Bývalá manažerka Googlu chová včely", "google", True),
        ("cs", "Google otevírá kancelář v Brně", "google", False),
        ("en", "Beekeeper asked ChatGPT which hive would swarm", "openai", False),
        ("en", "Beekeeper sells honey via WhatsApp", "meta", True),
        ("id", "Nelayan pakai Gemini baca awan", "google", False),
        ("id", "Nelayan jual ikan lewat TikTok", "bytedance", True),
        ("zh", "船长用豆包写航海日志", "bytedance", False),
        ("zh", "船长通过微信卖鱼", "tencent", True),
        ("id", "Sony geser Samsung di pasar sensor", "samsung", True),
        ("id", "Samsung geser jadwal kapal pasokan", "samsung", False),
        ("it", "La 'Nvidia dei mulini' cerca mugnai", "nvidia", True),
        ("it", "Nvidia dei record: assunti altri mille", "nvidia", False),
        ("pt", "O 'Google da pesca' chega a Aveiro", "google", True),
        ("de", "Optiker wirbt Ingenieure bei ASML ab", "asml", True),
        ("de", "Bei ASML beginnt die Nachtschicht früher", "asml", False),
        ("ru", "Верфь отказалась от Microsoft", "microsoft", True),
        ("ru", "Microsoft отказалась от верфи", "microsoft", False),
        ("zh", "他在英特尔干了十年后开面馆", "intel", True),
        ("zh", "英特尔在成都干了十年", "intel", False),
        ("zh", "百度前总监卖起腊肉", "baidu", True),
        ("zh", "百度前三季度少了两成员工", "baidu", False),
        ("zh", "陶瓷业的英伟达？", "nvidia", True),
        ("it", "La Tencent delle marionette apre a Bari", "tencent", True),
        ("it", "La Tencent apre a Bari", "tencent", False),
        ("ko", "볼트 회사, 인텔 납품 덕에 흑자", "intel", True),
        ("ko", "인텔, 볼트 회사에 납품 요구", "intel", False),
    ],
)
def test_a_title_in_which_somebody_else_acts(tagger: Tagger, lang: str, title: str, slug: str, passing: bool) -> None:
    assert tagger.tag(title, "", lang=lang).companies == {slug: "mention" if passing else "about"}


@every(
    ("title", "body", "roles"),
    [
        ("Chip stocks rally before rate decision", "Micron gained 3 percent, Intel 1.", {"micron", "intel"}),
        ("芯片板块拉升", "中芯国际涨三成。", {"smic"}),
        ("반도체주 동반 하락", "삼성전자는 2%, SK하이닉스는 3% 내렸다.", {"samsung", "sk-hynix"}),
        ("Chipaktien geben nach", "Nvidia verlor zwei Prozent.", {"nvidia"}),
    ],
)
def test_shares_of_a_trade_are_a_market(tagger: Tagger, title: str, body: str, roles: set[str]) -> None:
    assert tagger.tag(title, body).companies == dict.fromkeys(roles, "mention")


@every(
    ("lang", "title", "expected"),
    [
        ("en", "Xoogler opens a cider press", {"google"}),
        ("en", "Googlers are to share lockers", {"google"}),
        ("en", "Googly ends the innings", set()),
        ("en", "Altman says pylons take too long", {"openai"}),
        ("en", "Altman scores twice in derby", set()),
        ("sv", "Präst slutar använda Gemini", {"google"}),
        ("sv", "Gemini och Lejonet: ditt horoskop", set()),
        ("ru", "Сири научилась читать сказки", {"apple"}),
        ("ru", "Сири вышла замуж за вождя", set()),
        ("uk", "Еппл скорочує магазини", {"apple"}),
        ("ru", "На рынке «Алибаба» сгорели ковры", set()),
        ("ru", "«Алибаба» достроила склад", {"alibaba"}),
        ("en", "Burst pipe floods cellars in Apple Crescent", set()),
        ("en", "Apple signs lease in Cork", {"apple"}),
        ("en", "Meta-stable snow closes the pass", set()),
        ("en", "Azure goes dark over half of Ireland", {"microsoft"}),
        ("en", "Azure sky over half of Ireland", set()),
        ("en", "Intel ends its chess league sponsorship", {"intel"}),
        ("en", "Intel on the league of smugglers proved wrong", set()),
        ("zh", "三星工程师改行做木匠", {"samsung"}),
        ("zh", "三星工程中标污水厂", {"samsung-group"}),
        ("zh", "平头哥工程师夜跑受伤", {"alibaba"}),
    ],
)
def test_names_of_staff_chiefs_streets_and_markets(tagger: Tagger, lang: str, title: str, expected: set[str]) -> None:
    assert set(tagger.tag(title, "", lang=lang).companies) == expected
