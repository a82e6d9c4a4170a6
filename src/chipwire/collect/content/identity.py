"""Who is who: one uid per entry of a feed, one canonical address per item, one hash per content."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Literal
from urllib.parse import unquote, urlsplit

import xxhash

from chipwire.collect.content.links import is_web
from chipwire.domain import Entry

Policy = Literal["uid", "link", "content"]
_NEXT: dict[Policy, Policy] = {"uid": "link", "link": "content", "content": "content"}
_TRACKERS = re.compile(
    r"(?:utm_\w*|mtm_\w*|pk_(?:campaign|kwd|source|medium|content|cid)|piwik_\w*|matomo_\w*|hsa_\w*|at_(?:medium|campaign|custom\d|"
    r"link_\w+|format|bbc_team|ptr_name)|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|ysclid|twclid|ttclid|"
    r"li_fat_id|igsh|igshid|mc_cid|mc_eid|_hsenc|_hsmi|_ga|_gl|vero_id|oly_(?:anon|enc)_id|mkt_tok|cmpid|xtor|"
    r"echobox|guccounter|guce_referrer(?:_sig)?|ftag|cvid|ocid|__twitter_impression)",
    re.IGNORECASE,
)
_CHANNELS = {"rss", "feed", "atom", "rssfeed", "rss_feed", "rss-feed", "feeds", "feedburner", "rss20", "rss2", "rss2.0"}
_CHANNEL_NAMES = {"ref", "source", "src", "from", "via", "campaign", "cmp", "partner", "utm"}
MOST_CHANGES = 0.05


def canonical_url(url: str, home: str | None) -> str:
    """The address under which an item is kept: tracking parameters gone, all else in its order and spelling.

    `home` is the feed's home page or any address of its host: `ref=` that host is a tracking parameter too.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    head, _, fragment = url.partition("#")
    head, mark, query = head.partition("?")
    hosts = _hosts(home)
    kept = [pair for pair in query.split("&") if pair and not _tracks(pair, hosts)]
    if parts.hostname == "news.google.com":
        kept = [pair for pair in kept if not re.fullmatch(r"(?:oc|hl|gl|ceid)=[\w:%-]*", pair)]
    fragment = "" if _tracks(fragment, hosts) else fragment
    if parts.netloc and not parts.path:
        head += "/"
    scheme, _, rest = head.partition("://")
    authority, slash, path = rest.partition("/")
    head = f"{scheme.lower()}://{authority.lower()}{slash}{path}" if parts.netloc and "@" not in authority else head
    return head + (mark + "&".join(kept) if kept else "") + (f"#{fragment}" if fragment else "")


def content_hash(entry: Entry) -> str:
    """32 hexadecimal digits that change when title or text change."""
    return _digest(entry.title, entry.text or entry.summary)


def uids(entries: Sequence[Entry]) -> list[str]:
    """One uid for each entry, never empty, never twice: the guid (`entry.uid`, maybe empty) → link → link and date →
    title and content. Those that share a step all take the next one; exact twins are numbered."""
    ladders = [_ladder(entry) for entry in entries]
    steps = [0] * len(entries)
    while True:
        values = [ladder[step] for ladder, step in zip(ladders, steps, strict=True)]
        counts = Counter(values)
        stuck = True
        for place, ladder in enumerate(ladders):
            if counts[values[place]] > 1 and steps[place] < len(ladder) - 1:
                steps[place] += 1
                stuck = False
        if stuck:
            return _numbered(values)


def own(entries: Sequence[Entry]) -> bool:
    """Whether the first step of each is its alone, so that no other entry had or has a say in its uid."""
    firsts = [entry.uid or entry.url or _ladder(entry)[0] for entry in entries]
    return len(set(firsts)) == len(firsts)


def apply(entries: Sequence[Entry], policy: Policy) -> list[Entry]:
    """The entries under a feed's policy: uids from the guid, the link or the content."""
    if policy == "uid":
        return list(entries)
    found = uids(blank(entries, policy))
    return [entry.model_copy(update={"uid": uid}) for entry, uid in zip(entries, found, strict=True)]


def blank(entries: Sequence[Entry], policy: Policy) -> list[Entry]:
    """The entries without what the policy does not trust."""
    without = [entry.model_copy(update={"uid": ""}) for entry in entries]
    return [entry.model_copy(update={"url": None}) for entry in without] if policy == "content" else without


def policy(current: Policy, entries: Sequence[Entry], known: Mapping[str, str]) -> Policy:
    """The policy a feed deserves after this document: one step down when its ids cannot be trusted.

    `known` maps links seen before to the uid they had. More than 5 % (and at least two) entries whose known link
    comes with another uid, or, once links are the ids, whose links repeat in the document, cost the feed its rung.
    """
    if not entries:
        return current
    if current == "uid":
        bad = sum(1 for entry in entries if entry.url and known.get(entry.url, entry.uid) != entry.uid)
    else:
        links = Counter(entry.url for entry in entries if entry.url)
        bad = sum(count for count in links.values() if count > 1)
    return _NEXT[current] if bad >= 2 and bad / len(entries) > MOST_CHANGES else current


def _ladder(entry: Entry) -> list[str]:
    date = entry.published or entry.updated
    steps = [entry.uid, entry.url or "", f"{entry.url} {date.isoformat()}" if entry.url and date else ""]
    stamp = date.isoformat() if date and not (entry.title or entry.text or entry.summary) else ""
    return [step for step in steps if step] + ["content:" + _digest(entry.title, entry.text or entry.summary, stamp)]


def _numbered(values: list[str]) -> list[str]:
    seen: Counter[str] = Counter()
    taken = set(values)
    result = []
    for value in values:
        seen[value] += 1
        name = value if seen[value] == 1 else f"{value}#{seen[value]}"
        while seen[value] > 1 and name in taken:
            seen[value] += 1
            name = f"{value}#{seen[value]}"
        taken.add(name)
        result.append(name)
    return result


def _digest(*parts: str) -> str:
    return xxhash.xxh3_128_hexdigest("\x1f".join(parts).encode("utf-8", "replace"))


def _tracks(pair: str, hosts: set[str]) -> bool:
    name, _, value = pair.partition("=")
    if _TRACKERS.fullmatch(name.removeprefix("?")):
        return True
    value = unquote(value).lower().strip()
    if name.lower() in _CHANNEL_NAMES and value in _CHANNELS:
        return True
    return (
        name.lower() in ("ref", "referrer", "ref_src")
        and value.removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/") in hosts
    )


def _hosts(home: str | None) -> set[str]:
    if not is_web(home) or home is None:
        return set()
    host = (urlsplit(home).hostname or "").removeprefix("www.")
    return {host, host.split(".")[0]}
