"""Short names that two companies of one house share: a bare `Samsung` may be the ball club."""

from collections import defaultdict
from collections.abc import Mapping

from chipwire.enrich.lookup.glossary import CompanyEntry
from chipwire.enrich.names.context import Context
from chipwire.enrich.names.mention import Mention


class Sisters:
    """Companies that have a sister, with the words that speak for either."""

    def __init__(self, companies: Mapping[str, CompanyEntry]) -> None:
        self._sisters = {
            slug: (entry.sister, frozenset(entry.own_cues), frozenset(entry.sister_cues))
            for slug, entry in companies.items()
            if entry.sister
        }

    def hand_over(self, accepted: defaultdict[str, list[Mention]], context: Context) -> None:
        """A bare short name means the sister when only the sister is named in full, or her cues stand beside it."""
        for slug, (heir, own_cues, her_cues) in self._sisters.items():
            if slug not in accepted:
                continue
            mine, sister = accepted[slug], accepted.get(heir, [])
            if any(m.alias.kind != "brand" for m in mine) or (not sister and context.silent(her_cues)):
                continue
            keep: list[Mention] = []
            for mention in mine:
                _, alias, zone, start, end, order, _ = mention
                span = (order, order + end - start)
                hers = context.near(her_cues, *span)
                own = context.near(own_cues, *span) if sister or hers else hers
                if (sister and not own) or len(hers) > len(own):
                    moved = Mention(heir, alias, zone, start, end, order, "short name of a sister company")
                    accepted[heir].append(moved)
                else:
                    keep.append(mention)
            accepted[slug] = keep
            if not keep:
                del accepted[slug]
