"""What a whole history shows of each feed's boxes: they hold for the items among which they recur, earlier ones too."""

from collections import defaultdict

from chipwire.enrich.boilerplate.recurring import boxes
from chipwire.enrich.boilerplate.remember import WINDOW, Said, together, unpacked

STEP = 16
"""New items of a feed after which its last ones are judged again."""
_EVER = 2**63


class History:
    """Hears all items in the order in which they came, then says which lines were boxes where."""

    def __init__(self) -> None:
        self._last: defaultdict[str, dict[int, bytes]] = defaultdict(dict)
        """What the feed's last items said, by id."""
        self._new: defaultdict[str, int] = defaultdict(int)
        self._boxes: defaultdict[str, dict[int, tuple[int, int, float]]] = defaultdict(dict)
        """By line: the ids from which and up to which it is a box, and the greatest part of items that carried it."""

    def hear(self, feed_id: str, item_id: int, said: Said) -> None:
        """The next item; ids rise."""
        last = self._last[feed_id]
        last[item_id] = said.packed()
        self._new[feed_id] += 1
        if self._new[feed_id] == STEP:
            self._judge(feed_id)

    def end(self) -> None:
        """All was heard; what is a box now is one in items to come."""
        for feed_id in self._last:
            self._judge(feed_id, now=True)

    def memory(self) -> dict[str, bytes]:
        """What each feed's last items said."""
        return {feed_id: b"".join(last.values()) for feed_id, last in self._last.items()}

    def known(self, feed_id: str, item_id: int) -> dict[int, float]:
        """The lines that are boxes in an item of the feed."""
        found = self._boxes.get(feed_id, {})
        return {key: share for key, (first, last, share) in found.items() if first <= item_id <= last}

    def _judge(self, feed_id: str, *, now: bool = False) -> None:
        last = self._last[feed_id]
        for item_id in list(last)[:-WINDOW]:
            del last[item_id]
        self._new[feed_id] = 0
        heard = {item_id: unpacked(packed).lines for item_id, packed in last.items()}
        found = self._boxes[feed_id]
        for key, share in boxes(together(*last.values())).items():
            carriers = [item_id for item_id, lines in heard.items() if key in lines]
            end = _EVER if now else carriers[-1]
            first, before, most = found.get(key, (carriers[0], end, share))
            found[key] = min(first, carriers[0]), max(end, before), max(most, share)
