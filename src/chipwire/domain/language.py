"""Language tags (BCP 47) as feeds are said to be in them and as readers ask for them."""


def normal(tag: str | None) -> str | None:
    """A feed's language tag as used here: zh-CN → zh-Hans, zh-TW → zh-Hant, en-US → en, in → id; None stays None."""
    parts = (tag or "").replace("_", "-").split("-")
    primary = {"in": "id", "iw": "he", "nb": "no", "nn": "no", "yue": "zh", "cmn": "zh"}.get(
        parts[0].lower(), parts[0].lower()
    )
    if primary in ("", "mul", "und"):
        return None
    if primary == "zh":
        traditional = {"tw", "hk", "mo", "hant"} & {part.lower() for part in parts[1:]}
        return "zh-Hant" if traditional or parts[0].lower() == "yue" else "zh-Hans"
    return primary
