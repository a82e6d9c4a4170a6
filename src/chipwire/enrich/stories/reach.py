"""What a new item can change: the group of those that chains of likely pairs lead to, of bounded size."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from chipwire.enrich.stories.members import Member, items_of

EXACT = 40
"""Groups up to this size are parted on every pair, larger ones on the pairs that were near enough to be compared."""
SAMPLE = 8
"""Items that stand for a larger story than EXACT, whatever its size."""
LARGEST = 160
"""A chain of joins longer than this is cut at its weaker links."""


class Reach:
    """Groups that new items hang in, for as long as links only come and none goes."""

    def __init__(self, members: Mapping[int, Member], stories: Mapping[int, set[int]], steps: Sequence[int]) -> None:
        self._members, self._stories = members, stories
        self._steps = [0, *steps]
        """The least link of each step."""
        self._crowds = [set[int]() for _ in self._steps]
        """Who was found to hang together with more than LARGEST, under the strongest step by which; so whoever comes
        upon one of them is, by that step and by weaker ones."""

    def __call__(self, start: Member) -> list[Member]:
        """All joined to `start` by a chain of pairs that could merge, in order.

        Where such chains run through half the window, only links strong enough to keep the group small count: the
        group grows step by step, strongest links first, until the next step would make it too large.
        """
        top = len(self._crowds) - 1
        seen, told = self._spread({start.item_id}, {start.item_id}, top, ())
        for step in range(top - 1, 0, -1):
            edge = self._around([self._linked(seen, *self._steps[step : step + 2])]) - seen
            grown, whole = self._spread(seen | edge, edge, step, self._crowds[step:] if told else ())
            if not whole:
                if told:
                    self._crowd(grown, step)
                break
            seen = grown
        seen = self._stood_for(seen)
        return sorted((self._members[i] for i in seen), key=lambda m: m.order)

    def _spread(
        self, seen: set[int], edge: set[int], step: int, crowds: Sequence[AbstractSet[int]]
    ) -> tuple[set[int], bool]:
        """`seen` and what its edge reaches over links of at least that step, as far as LARGEST allows, and if it did.

        One that stands alone gets its own neighbours, however many. Nobody goes on into one of `crowds`.
        """
        if not _apart(seen, crowds):
            return seen, False
        while edge and len(seen) <= LARGEST:
            found: list[Iterable[int]] = [self._linked(edge, self._steps[step])]
            for item_id in edge:
                member = self._members[item_id]
                found.append(member.copies)
                if not member.compared and member.placed is not None:
                    found.append(self._stories.get(member.placed, ()))
            edge = self._around(found) - seen
            if len(seen) > 1 and (len(seen) + len(edge) > LARGEST or not _apart(edge, crowds)):
                return seen, False
            seen = seen | edge
        return seen, not edge

    def _linked(self, ids: Iterable[int], *span: int) -> list[int]:
        """Whom links of these items lead to, from the one of `span` on and below the other."""
        return items_of(b"".join([self._members[one].likeness for one in ids]), *span)

    def _around(self, found: Iterable[Iterable[int]]) -> set[int]:
        """All of these that are still there."""
        return self._members.keys() & set[int]().union(*found)

    def _crowd(self, seen: set[int], step: int) -> None:
        """Those hang together with too many, by this step and by weaker ones.

        A story from the store leads from an item to others, but not back: nothing is said where one was followed.
        """
        if all(self._members[one].compared for one in seen):
            for weaker in self._crowds[:step]:
                weaker -= seen
            for stronger in self._crowds[step + 1 :]:
                seen = seen - stronger
            self._crowds[step] |= seen

    def _stood_for(self, seen: set[int]) -> set[int]:
        """These items, but of a story of more than EXACT, not all of them here, only a few and whoever has copies here.

        Which these are changes only when the story has doubled.
        """
        stories: dict[int, list[int]] = {}
        for item_id in seen:
            stories.setdefault(self._members[item_id].placed or 0, []).append(item_id)
        stories.pop(0, None)
        for story, some in stories.items():
            whole = sorted(self._stories[story])
            if len(whole) > EXACT and len(some) < len(whole):
                seen = seen.difference(some)
                seen.update([i for i in some if not seen.isdisjoint(self._members[i].copies)])
                known = 1 << (len(whole).bit_length() - 1)
                seen.update(whole[: known : known // SAMPLE])
        return seen


def _apart(some: set[int], crowds: Sequence[AbstractSet[int]]) -> bool:
    return all(crowd.isdisjoint(some) for crowd in crowds)
