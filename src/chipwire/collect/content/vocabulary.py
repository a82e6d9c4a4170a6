"""The elements of HTML as clean sees them: which break a line, which may be shown, which vanish with all they hold."""

BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "br", "center", "dd", "details", "dialog", "dir", "div", "dl",
    "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
    "li", "main", "menu", "nav", "ol", "option", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot",
    "th", "thead", "tr", "ul",
})  # fmt: skip
"""Elements that begin a line of their own."""
INLINE = frozenset({
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i", "img",
    "ins", "kbd", "mark", "nobr", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub",
    "sup", "time", "tt", "u", "var", "wbr",
})  # fmt: skip
"""Elements within a line."""
DROPPED = frozenset({
    "applet", "audio", "canvas", "embed", "frameset", "head", "iframe", "map", "math", "noembed", "noframes",
    "noscript", "object", "portal", "script", "select", "style", "svg", "template", "textarea", "title", "video",
    "xmp",
})  # fmt: skip
"""Elements that go with their content."""
OTHERS = frozenset({
    "animate", "area", "base", "bgsound", "blink", "body", "button", "caption", "col", "colgroup", "command",
    "foreignobject", "frame", "html", "image", "input", "isindex", "keygen", "label", "layer", "legend", "link",
    "marquee", "meta", "optgroup", "param", "plaintext", "set", "source", "track", "use",
})  # fmt: skip
"""Elements that are known, never shown, and whose content stays."""
SHOWN = (BLOCKS | INLINE) - {
    "center", "dialog", "fieldset", "font", "form", "main", "menu", "nav", "nobr", "option",
}  # fmt: skip
"""What a sanitised summary may hold."""
ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height", "style"},
    "blockquote": {"cite"},
    "q": {"cite"},
    "abbr": {"title"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "ol": {"start"},
    "time": {"datetime"},
}
"""The style of a picture is looked at, then removed."""
VOID = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "li", "link", "meta", "p", "param", "source", "td",
    "th", "tr", "track", "wbr",
})  # fmt: skip
"""Elements without an end, or whose end is commonly left out."""
FINE = frozenset({"em", "i", "small"})
"""Elements of what is set small or slanted."""
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
APART = frozenset({"nav", "form"})
"""Elements that never hold a part of a report."""
APART_ROLES = frozenset({"banner", "complementary", "contentinfo", "dialog", "form", "navigation", "search"})
"""WAI-ARIA 1.2, 5.3.4: the landmarks beside a page's main matter."""
APART_CLASSES = (
    r"\b(?:"
    r"related(?: ?(?:posts?|articles?|stories|content|items?|links?))?|yarpp|recommend(?:ed|ations?)|recirc|"
    r"interstitial|outbrain|taboola|digest post|most (?:read|popular|viewed|shared|commented)|mostread|"
    r"trending|popular (?:posts|articles|stories)|sharing|sharedaddy|"
    r"share (?:bar|box|buttons?|icons?|links?|this|tools?)|"
    r"social (?:bar|buttons?|follow|icons?|links?|share|sharing)|follow (?:us|box|buttons?)|newsletters?|"
    r"subscribe|subscription (?:box|form|prompt|widget)|sign ?up|opt in|mailchimp|cta|buttons?|comments|disqus|"
    r"ads?|adsense|adsbygoogle|advert(?:s|isements?|orial)?|sponsor(?:ed|ship)?|promo(?:ted|tion|s)?|affiliate|"
    r"author (?:bio|box|card|info|profile)|about (?:the )?author|bio(?! ?tech)|tags|tag ?(?:cloud|list|links)|"
    r"disclaimer|copyright|cookies?|consent|breadcrumbs?|pagination|menu|navbar|(?:posts?|page) nav(?:igation)?|"
    r"feedflare|polls?|quiz|podcast (?:box|embed|player|promo|teaser)|footer|linksisip|baca ?juga|terkait|"
    r"lire aussi|leia mais|leggi anche|relacionad[ao]s?|publicida(?:d|de)|verwandt|werbung|anzeige|ilgili|"
    r"xiangguan|tuijian|guanggao|kanren|osusume"
    r")\b"
)
"""What names of classes and ids say, their words parted by spaces, of boxes beside a report.

Not among them: what page builders call each part of a text (widget, embed), what may hold a part of it (paywall,
sidebar).
"""
OTHER_CLASSES = (
    r"\b(?:has|is|no|not|with|enabled|category|tag|type|format|status|layout|prices?|data|results?|ad hoc)\b"
)
"""What says that a class tells of a state, or of what the report itself is about."""
FILE = r"\.(?:pdf|docx?|xlsx?|pptx?|csv|zip|jpe?g|png|gif|webp|svg|mp3|mp4)(?:[?#]|$)"
"""What a report shows or quotes rather than another report."""
TAG_LINK = r"/(?:tags?|topics?|keywords?|labels?|hashtags?|schlagworte?|etiquetas?|mot-cle)/"
