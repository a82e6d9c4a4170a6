"""Texts in many scripts, how one is put into a store and how a store is asked for them."""

from chipwire.domain import Entry, Read, Tags, utc
from chipwire.keep.db import Store
from chipwire.keep.queries import query
from chipwire.keep.queries.expression import parse

NOW = utc(2026, 11, 20, 8)
TEXTS = {
    1: (
        "id",
        "ByteDance rancang cip SeedChip bersama Samsung",
        "Raksasa internet itu berunding soal 100.000 unit cip inferensi.",
    ),
    2: (
        "en",
        "ByteDance in talks with Samsung over SeedChip",
        "The inference chip would ship next year, and nobody at the foundry commented.",
    ),
    3: ("zh", "字节跳动自研AI芯片,拟由三星电子代工", "知情人士称,今年产量为十万颗。台积电没有回应。"),
    4: ("zh", "台積電熊本廠量產進度超前", "三星電子與英特爾也在爭取客戶,百度崑崙芯未置評。"),
    5: ("ko", "삼성전자, 바이트댄스와 AI 칩 위탁생산 협의", "하이닉스의 고대역폭 메모리도 함께 논의된다."),
    6: ("ja", "サムスン、バイトダンスのAI半導体を受託生産へ", "量産は来年。キオクシアとソニーも注目する。"),
    7: ("ru", "Байтдэнс обсуждает с Самсунгом выпуск чипов", "Ёмкость заказа составит сто тысяч микросхем."),
    8: ("ar", "بايت دانس تبحث مع سامسونج تصنيع رقاقة", "قالت الشَّرِكَةُ إنها لا تعلّق على الشائعات."),
    9: ("hi", "बाइटडांस सैमसंग के साथ चिप पर बात कर रही है", "कंपनी ने टिप्पणी नहीं की।"),
    10: ("vi", "Samsung đàm phán sản xuất chíp cho ByteDance", "Nhà máy ở Thái Nguyên sẽ đóng gói."),
    11: (
        "de",
        "Größere Fabrik in Dresden: Förderung für Chips",
        "Die Übernahme durch Naïve Systems GmbH ist vom Tisch.",
    ),
    12: ("tr", "İstanbul'da yonga tasarımı merkezi açıldı", "Işık hızında bağlantılar üzerinde çalışılıyor."),
    13: (
        "en",
        "AT&T and C++ builders weigh the H200 against the MI300X",
        "A price of $2.5bn was named; x86-64 servers stay.",
    ),
    14: ("zh", "百度昆仑芯P800点亮三万卡集群", "寒武纪与华为昇腾同日公布进展。"),
    15: ("en", "NVIDIA half-width test for ＮＶＩＤＩＡ and ﾊﾟﾅｿﾆｯｸ", "Fullwidth letters come from old systems."),
    16: ("th", "ซัมซุงเจรจาผลิตชิปให้ไบต์แดนซ์", "โรงงานจะเริ่มปีหน้า และทำกำไร"),
    17: ("km", "ក្រុមហ៊ុនសាំសុងផលិតបន្ទះឈីប", "ຊຳຊຸງຜະລິດຊິບ ဆမ်ဆောင်းချစ်ပ်ထုတ်"),
    18: ("fa", "سامسونگ تراشه‌های ۲ نانومتری می‌سازد", "کارخانه در کره است."),
    19: ("ar", "الأسواق تترقب أرباح إنفيديا", "وأكدت مصادر أن المورّدين، وسامسونج منهم، سينالون طلبا للذاكرة."),
}


def read(number: int, lang: str, title: str, text: str) -> Read:
    url = f"https://f.example/{number}"
    entry = Entry(uid=str(number), url=url, title=title, text=text)
    return Read(entry=entry, url=url, content_hash=f"{title}{text}", tags=Tags(lang=lang))


def found(store: Store, asked: str) -> set[int]:
    with store.read() as c:
        return set(query.ids(c, query.Filter(words=parse(asked)), limit=100))
