"""Names that mean other things too count where they do what only firms, or only assistants, do."""

from chipwire.enrich.tagger import Tagger
from tests.cases import every

ACTING = [
    ("en", "Arm to lend engineers to Welsh colleges", "The first six start after Easter.", "arm"),
    ("en", "Gemini corrects a hymn book", "The parish kept the old spelling.", "google"),
    ("en", "Copilot answers in Frisian now", "Two villages complained about the accent.", "microsoft"),
    ("en", "Quiet Friday in Ghent", "Meta denies that it wants the abbey.", "meta"),
    ("it", "Copilot risponde ai pellegrini", "Due parrocchie lo hanno spento.", "microsoft"),
    ("zh", "寒武纪给盲校送去三台阅读机", "机器由学生命名。", "cambricon"),
    ("zh", "文心替渔民写贷款申请", "信用社说格式都对。", "baidu"),
    ("zh", "豆包教爷爷唱秦腔", "唱错了两句。", "bytedance"),
    ("zh", "飞猪开售渡轮票", "首班六点开。", "alibaba"),
    ("ko", "코파일럿이 읽은 족보", "한자 세 글자가 틀렸다.", "microsoft"),
]
STANDING = [
    ("en", "Gemini twins born on a ferry", "Both weigh three kilos."),
    ("en", "Gemini theatre to reopen after 12 years", "The roof leaked."),
    ("en", "The dancer and the lambs", "Gemini reads the shepherd's hand like a book."),
    ("en", "Arm in arm through the fog", "The walkers sang."),
    ("zh", "豆包里藏硬币，奶奶的年味", "谁咬到谁有福。"),
    ("zh", "文心可鉴：老编辑的六十封退稿信", "信都是手写。"),
    ("zh", "寒武纪主题公园开园", "门票四十元。"),
    ("zh", "菜鸟给老师傅打下手", "第一天就烫了手。"),
    ("ko", "코파일럿 출신 소방관의 하루", "매일 산에 오른다."),
]
APART = [
    ("ja", "うちのSiri、寝言に返事", "犬も首をかしげた。", "apple"),
    ("ko", "Threads에 올라온 감자 이야기", "댓글이 천 개 달렸다.", "meta"),
    ("zh", "停电那晚，Kindle亮着", "读完了三本武侠。", "amazon"),
    ("ru", "Copilot и деревенский сход", "Протокол зачитали вслух.", "microsoft"),
]
ANOTHERS = [
    ("ko", "가수 Alexa 무대에", "비가 와도 자리를 지켰다."),
    ("ja", "喫茶「Gemini」の閉店", "双子の店主が珈琲を淹れた。"),
    ("zh", "Siri Hustvedt小说中译本面世", "译者住在南京。"),
    ("en", "Threads and buttons", "The haberdasher retires."),
]
ASKED = [
    ("en", "She asked Copilot for a eulogy", "It was too cheerful.", "microsoft"),
    ("zh", "问豆包：梅花开了没有", "它让我开窗看。", "bytedance"),
    ("zh", "刚刚，文心更新", "界面变素了。", "baidu"),
]


@every(("lang", "title", "body", "company"), [*ACTING, *APART, *ASKED])
def test_who_acts_is_a_name(tagger: Tagger, lang: str, title: str, body: str, company: str) -> None:
    assert list(tagger.tag(title, body, lang=lang).companies) == [company]


@every(("lang", "title", "body"), [*STANDING, *ANOTHERS])
def test_what_only_stands_there_is_a_word(tagger: Tagger, lang: str, title: str, body: str) -> None:
    assert tagger.tag(title, body, lang=lang).companies == {}


def test_assistants_that_are_compared_speak_for_one_another(tagger: Tagger) -> None:
    """One that acts brings the other; alone in the body it stays a word."""
    assert set(tagger.tag("文心读老地契", "县里也试过通义。", lang="zh").companies) == {"baidu", "alibaba"}
    assert tagger.tag("县里的老地契", "县里也试过通义。", lang="zh").companies == {}


def test_long_codes_need_no_word_of_the_trade_beside_their_move(tagger: Tagger) -> None:
    assert set(tagger.tag("BIDU up 6% after the holiday", "", lang="en").companies) == {"baidu"}
    assert set(tagger.tag("BABA and NVDA change places", "", lang="en").companies) == {"alibaba", "nvidia"}
    assert set(tagger.tag("QCOM slumps", "A broker had cut its target.", lang="en").companies) == {"qualcomm"}
    assert tagger.tag("NVDA reads tables", "Blind testers praised it.", lang="en").companies == {}
    assert tagger.tag("MU up 6% on last year's freshers", "", lang="en").companies == {}


def test_a_word_of_a_look_alike_speaks_for_nobody(tagger: Tagger) -> None:
    assert tagger.tag("Windows rattle in the old mill", "Teams of glaziers came.", lang="en").companies == {}
