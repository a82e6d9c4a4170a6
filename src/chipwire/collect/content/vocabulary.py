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
