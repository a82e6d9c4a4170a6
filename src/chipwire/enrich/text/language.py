"""Which language a text is written in: scripts first, then characters in n-grams, with the feed's word as prior.

Han without kana is decided by which national character set can write it (GB 2312, Big5, Shift JIS); Latin,
Cyrillic and Arabic letters by py3langid, restricted to the languages that news comes in.
"""

import re
from collections import Counter
from functools import cache
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from chipwire.domain.language import normal
from chipwire.enrich.text.ngrams import Identifier

SAMPLE = 220
"""Code points looked at; more changes nothing and costs time."""

SCRIPTS: dict[str, list[tuple[int, int]]] = {
    "kana": [(0x3041, 0x309F), (0x30A1, 0x30FA), (0x30FC, 0x30FF), (0xFF66, 0xFF9D)],
    "hangul": [(0xAC00, 0xD7A3), (0x1100, 0x11FF), (0x3131, 0x318E)],
    "han": [(0x3400, 0x9FFF), (0xF900, 0xFAFF)],
    "Latn": [(0x41, 0x5A), (0x61, 0x7A), (0xC0, 0x24F), (0x1E00, 0x1EFF)],
    "th": [(0x0E01, 0x0E5B)],
    "he": [(0x05D0, 0x05EA)],
    "el": [(0x0370, 0x03FF)],
    "bn": [(0x0980, 0x09FF)],
    "ta": [(0x0B80, 0x0BFF)],
    "te": [(0x0C00, 0x0C7F)],
    "Deva": [(0x0900, 0x097F)],
    "Cyrl": [(0x0400, 0x052F)],
    "Arab": [(0x0600, 0x06FF), (0x0750, 0x077F), (0xFB50, 0xFDFF), (0xFE70, 0xFEFF)],
}
"""First and last code points; a script named like a language is written in that one only."""
_LETTER = re.compile(r"[A-Za-z]")
_SMALL = re.compile(r"(?<![A-Za-z])[a-z]{2,}(?![A-Za-z])")
"""Words in small letters, as sentences in Latin letters have them and names (iPhone 18 Pro Max) have not."""
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+")
_OTHERS = [script for script in SCRIPTS if script not in ("kana", "hangul", "han", "Latn")]
FAMILIES = {
    "Latn": (
        "en", "de", "fr", "es", "pt", "it", "nl", "id", "ms", "vi", "tr", "pl", "cs", "sv", "da", "no", "fi",
        "hu", "ro",
    ),
    "Cyrl": ("ru", "uk", "bg"),
    "Arab": ("ar", "fa", "ur"),
    "Deva": ("hi", "mr"),
}  # fmt: skip
USUAL = {
    tag: frozenset(words.split())
    for tag, words in {
        "en": "the of and to with that from are will was its has have been by said for on as at is an it be not their "
        "which than after",
        "de": "der die das und den dem mit für von ist im zu auf wird nicht ein eine sich auch",
        "fr": "les des et du une dans pour que est au sur aux par qui ses son plus avec",
        "es": "el los las del y una que con para por su más como sus esta ha ser",
        "pt": "os da do das dos e uma em não para com que na no ao pela pelo foi mais",
        "it": "il di della che per del gli le nel dei con una alla delle sono più dal",
        "nl": "het een van en voor dat met zijn niet wordt aan bij ook naar door heeft",
        "id": "dan yang di dari untuk dengan pada akan ini tidak dalam juga itu sebagai karena oleh ke lebih sampai "
        "sedangkan secara lalu telah bisa kata dua",
        "vi": "và của là các cho với trong được không một những này đã sẽ có đến từ năm",
        "tr": "ve bir bu için ile da de olarak daha olan yeni kadar göre",
        "pl": "w i na się z do nie że jest przez oraz od po dla są jak ma",
        "cs": "na v se že je do s z pro jako po od který které byl jsou ale podle",
        "sv": "och att det på är som för av med till har inte ett från",
        "da": "og det på er af til med har ikke et som fra efter",
        "no": "og det på er av til med har ikke et som fra etter",
        "fi": "ja on ei että se oli mutta myös kun joka ovat hän vuoden mukaan",
        "hu": "az és hogy nem egy meg ez már csak szerint",
        "ro": "și în cu care din că este pentru sau mai",
        "ru": "и в на с что не по из для от как это было также году его её",
        "uk": "і в на що не з до та у за про як від це для його її також було року але",
        "bg": "и в на с не за от да се е по че това са ще като при след",
        "ar": "في من على إلى أن عن مع هذا هذه التي الذي كما بعد قبل بين",
        "fa": "در از به که این را با است برای آن می شد",
        "ur": "کے میں کی ہے کا سے اور کو نے پر یہ",
        "hi": "के में की है का से और को ने पर यह हैं कि लिए",
        "mr": "आणि आहे या हे आहेत मध्ये साठी असे की",
    }.items()
}
"""Words that hold sentences together."""
_SPEAKING = {
    word: [tag for tag, words in USUAL.items() if word in words] for word in frozenset().union(*USUAL.values())
}
"""The languages of each."""
_SAID = frozenset(_SPEAKING)
AHEAD = 2
"""With so many more of its declared language's than of any other's a text is in it, and no model is asked."""
CHARSETS = {"zh-Hans": "gb2312", "zh-Hant": "big5", "ja": "shift_jis"}
HONG_KONG = "恒着峯衞綫邨栢嘅咗哋"
"""What papers there write (恒指, 上水邨) and Big5 lacks, though Japanese character sets hold most of it."""
COMMON = {"en": 3.0, "ru": 3.0, "ar": 3.0, "hi": 3.0, "id": 2.0}
"""How much likelier news of our feeds is in these than in their neighbours, before anything is read."""
PRIOR = 12.0
"""How many times likelier the feed's declared language is than any other."""
CLOSE = {"id": "ms", "ms": "id"}
"""Languages that titles cannot tell apart: the declared one wins, else the one that alone spells a word so."""
OWN = {
    tag: frozenset(words.split())
    for tag, words in {
        "id": "pabrik perusahaan laba karena bahwa uang persen miliar triliun ekspor pemerintah produsen kuartal "
        "listrik kantor mobil jepang prancis polisi bisa sedangkan pemasok pasokan agustus maret desember senin jumat "
        "kamis layanan pengadilan meluncurkan",
        "ms": "kilang syarikat kerana bahawa ialah wang peratus bilion trilion eksport kerajaan pengeluar mahu syer "
        "dijangka jepun perancis itali menerusi ogos mac disember isnin jumaat khamis perkhidmatan mahkamah kenderaan "
        "bekalan pembekal melancarkan pelancaran",
    }.items()
}


def identify(text: str, prior: str | None = None) -> str:
    """The BCP 47 tag of `text` (en, zh-Hans, zh-Hant, ja, ko, id …); `prior` is the feed's declared language."""
    sample, declared = text[:SAMPLE], normal(prior)
    if sample.isascii():
        return _rank(sample, FAMILIES["Latn"], declared) if _LETTER.search(sample) else declared or "en"
    number = _numbers(sample)
    kana, hangul, han, latin = number["kana"], number["hangul"], number["han"], number["Latn"]
    east = kana + hangul + han
    if east * 5 >= max(latin, 1) or (east > 1 and _is_named(sample, east, declared)):
        if hangul >= max(kana, han) or hangul * 3 > kana + han:
            return "ko"
        if kana * 10 >= kana + han and kana > 1:
            return "ja"
        return _han(sample, declared)
    for tag in _OTHERS:
        if number[tag] > 2 and number[tag] * 2 >= latin:
            return _rank(sample, FAMILIES[tag], declared) if tag in FAMILIES else tag
    return _rank(sample, FAMILIES["Latn"], declared) if latin else declared or "en"


def _is_named(sample: str, east: int, declared: str | None) -> bool:
    """iPhone 18 Pro Max 开箱: all that is Latin in a text of Han, kana or hangul may be names."""
    if declared is not None and declared not in ("ko", *CHARSETS):
        return False
    return sum(1 for _ in _SMALL.finditer(sample)) < east


def _numbers(sample: str) -> dict[str, int]:
    """How many letters of each script a text has."""
    codes = np.frombuffer(sample.encode("utf-16-le", "surrogatepass"), dtype="<u2")
    found = np.bincount(_script_of().take(codes), minlength=len(SCRIPTS))
    return dict(zip(SCRIPTS, found.tolist(), strict=False))


@cache
def _script_of() -> NDArray[np.uint8]:
    """The place of every code point's script in SCRIPTS; other characters, and halves of rare ones, come after all."""
    table = np.full(0x10000, len(SCRIPTS), dtype=np.uint8)
    for place, ranges in enumerate(SCRIPTS.values()):
        for first, last in ranges:
            table[first : last + 1] = place
    return table


def _han(sample: str, declared: str | None) -> str:
    """Simplified, traditional or kana-less Japanese: whose character set lacks the fewest characters."""
    letters = "".join(_HAN.findall(sample))
    if declared in CHARSETS and _writes(letters, CHARSETS[declared]):
        return declared
    lacking = {tag: _lacking(letters, charset) for tag, charset in CHARSETS.items()}
    lacking["zh-Hant"] -= sum(map(letters.count, HONG_KONG))
    if lacking["ja"] and declared != "ja":
        lacking["ja"] += len(letters)
    fewest = min(lacking.values())
    best = [tag for tag, number in lacking.items() if number == fewest]
    return declared if declared in best else best[0]


def _writes(letters: str, charset: str) -> bool:
    try:
        letters.encode(charset)
    except UnicodeEncodeError:
        return False
    return True


def _lacking(letters: str, charset: str) -> int:
    return len(letters) - len(letters.encode(charset, "ignore").decode(charset))


def _rank(sample: str, family: tuple[str, ...], declared: str | None) -> str:
    if declared in family and _plainly(sample, declared):
        return declared
    model = _model(family)
    best, weight = declared if declared in family else family[0], 0.0
    for tag, likelihood in model.rank(sample):
        score = likelihood * COMMON.get(tag, 1.0)
        if declared == tag:
            score *= PRIOR
        elif declared in CLOSE and CLOSE[declared] == tag:
            score /= PRIOR
        if score > weight:
            best, weight = tag, score
    return best if declared in CLOSE or best not in CLOSE else _neighbour(sample, best)


def _neighbour(sample: str, tag: str) -> str:
    """Of two languages that n-grams cannot tell apart the one that more words are spelled in."""
    words, other = set(sample.lower().split()), CLOSE[tag]
    return other if len(words & OWN[other]) > len(words & OWN[tag]) else tag


def _plainly(sample: str, declared: str) -> bool:
    """Whether the words that hold a text together are those of its declared language."""
    words = Counter(chain.from_iterable(map(_SPEAKING.__getitem__, _SAID.intersection(sample.lower().split()))))
    return words.pop(declared, 0) >= AHEAD + max(words.values(), default=0)


@cache
def _model(family: tuple[str, ...]) -> Identifier:
    """The identifier restricted to `family`; all are made at the first use."""
    return _models()[family]


@cache
def _models() -> dict[tuple[str, ...], Identifier]:
    """An identifier for each family."""
    families = [*FAMILIES.values()]
    return dict(zip(families, Identifier.load(families), strict=True))
