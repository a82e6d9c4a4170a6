"""Encodings: declared rightly, declared wrongly, not declared at all."""

from chipwire.collect.document.decode import decode
from tests.cases import every

CHINESE = "字节跳动研发人工智能推理芯片，正与三星电子洽谈代工事宜，知情人士称，今年计划生产十万颗。"
TAIWANESE = "字節跳動研發人工智慧推論晶片，正與三星電子洽談代工事宜，知情人士表示，今年計畫生產十萬顆。"
KOREAN = "바이트댄스가 인공지능 추론 칩을 개발하고 삼성전자와 위탁생산을 협의하고 있다고 관계자들이 전했다."
JAPANESE = "バイトダンスが推論用の半導体を開発し、サムスン電子と生産について協議していると関係者が明らかにした。"
RUSSIAN = "Компания разрабатывает собственный ускоритель и ведет переговоры с заводом, сообщили источники."
FRENCH = "L’accélérateur a été dévoilé à Nîmes, où le fabricant l’a présenté comme « prêt »."


def document(words: str, encoding: str, declared: str | None) -> bytes:
    head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    return f"{head}<rss><title>{words}</title></rss>".encode(encoding)


@every(
    ("words", "encoding", "declared", "content_type"),
    [
        (CHINESE, "utf-8", "utf-8", None),
        (CHINESE, "utf-8", "gb2312", None),
        (CHINESE, "utf-8", "utf-16", "text/xml; charset=iso-8859-1"),
        (CHINESE, "utf-16", "utf-16", None),
        (CHINESE, "utf-16-le", "utf-16", None),
        (CHINESE, "utf-16-be", None, None),
        (CHINESE, "utf-32", None, None),
        (CHINESE, "utf-8-sig", "gbk", None),
        (CHINESE, "gb18030", "gb2312", None),
        (CHINESE, "gb18030", None, "text/xml; charset=GBK"),
        (CHINESE, "gb18030", "utf-8", None),
        (CHINESE, "gb18030", "iso-8859-1", None),
        (TAIWANESE, "big5", "big5", None),
        (TAIWANESE, "big5", "utf-8", None),
        (KOREAN, "cp949", "euc-kr", None),
        (KOREAN, "cp949", "utf-8", "application/rss+xml; charset=utf-8"),
        (KOREAN, "cp949", "ks_c_5601-1987", None),
        (JAPANESE, "cp932", "shift_jis", None),
        (JAPANESE, "cp932", "utf-8", None),
        (JAPANESE, "euc_jp", "euc-jp", None),
        (JAPANESE, "euc_jp", None, None),
        (JAPANESE, "iso2022_jp", "iso-2022-jp", None),
        (RUSSIAN, "cp1251", "windows-1251", None),
        (RUSSIAN, "cp1251", None, "text/xml; charset=windows-1251"),
        (RUSSIAN, "cp1251", "utf-8", None),
        (RUSSIAN, "cp1251", "iso-8859-1", None),
        (RUSSIAN, "koi8_r", "koi8-r", None),
        (FRENCH, "cp1252", "iso-8859-1", None),
        (FRENCH, "cp1252", "utf-8", None),
        (FRENCH, "cp1252", "no-such-encoding", "text/xml; charset=none"),
    ],
)
def test_the_words_come_out(words: str, encoding: str, declared: str | None, content_type: str | None) -> None:
    text, _ = decode(document(words, encoding, declared), content_type)
    assert words in text


def test_a_wrong_declaration_is_a_problem() -> None:
    assert decode(document(KOREAN, "cp949", "euc-kr"))[1] is None
    assert "reads as cp949" in str(decode(document(KOREAN, "cp949", "utf-8"))[1])


def test_the_language_of_the_feed_settles_what_bytes_cannot() -> None:
    short = document("삼성", "cp949", None)
    assert "삼성" in decode(short, lang="ko")[0]


def test_stray_bytes_cost_themselves_only() -> None:
    text, problem = decode((RUSSIAN + "caf").encode() + b"\xe9 \x93quoted\x94")
    assert text == RUSSIAN + "café “quoted”"
    assert problem


def test_halves_of_characters_in_utf_8_are_joined() -> None:
    assert decode(b"<a>\xed\xa0\xbd\xed\xb8\x80 \xed\xa0\x80x</a>")[0] == "<a>😀 x</a>"
