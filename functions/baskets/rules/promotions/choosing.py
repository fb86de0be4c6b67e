"""Of promotions that exclude each other, the ones that together take most off the basket."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from functions.baskets.model.promotions import Promotion
from functions.baskets.rules.promotions.dividing import By

BRANCHES = 2_000  # looked at for one basket: far beyond what shops think of, and still a fraction of a second


@dataclass(frozen=True, slots=True)
class Candidate:
    """A promotion that would reduce these lines by so much, were it alone."""

    promotion: Promotion
    amounts: By
    uses: int
    steps: Sequence[str]

    @property
    def id(self) -> str:
        return self.promotion.promotion_id


def excluded(one: Candidate, other: Candidate) -> bool:
    """Only where both would reduce the same line."""
    if one.amounts.keys().isdisjoint(other.amounts):
        return False
    pair = (one.promotion, other.promotion)
    if any(promotion.combines == "never" for promotion in pair):
        return True
    return any(left.combines == "not_with_codes" and right.code is not None for left, right in (pair, reversed(pair)))


def worth(chosen: Sequence[Candidate], room: By) -> int:
    """All that they take off together. What is over a line's price is worth nothing."""
    sums = Counter[str]()
    for one in chosen:
        sums.update(one.amounts)
    return sum(min(amount, room[line_id]) for line_id, amount in sums.items())


class Choice:
    """A search that is exact, and small where it can be: only what excludes each other is decided upon at all."""

    def __init__(self) -> None:
        self._branches = 0

    def best(self, candidates: Sequence[Candidate], room: By) -> list[Candidate]:
        """One more promotion never makes a basket dearer, so whatever excludes nothing is always taken."""
        return [one for group in _groups(candidates, room) for one in self._best_of(group, room)]

    def _best_of(self, group: Sequence[Candidate], room: By) -> list[Candidate]:
        rivals = {one.id: [other for other in group if other is not one and excluded(one, other)] for one in group}
        if not any(rivals.values()):
            return list(group)
        exhausted = self._branches >= BRANCHES
        self._branches += 1
        # Who excludes most splits the rest into most parts; when there is no time left, who takes most off is taken.
        first = min(group, key=lambda one: (-worth([one], room) if exhausted else -len(rivals[one.id]), one.id))
        beside = [one for one in group if one is not first and one not in rivals[first.id]]
        left = {line_id: room[line_id] - min(room[line_id], first.amounts.get(line_id, 0)) for line_id in room}
        taken = [first, *self.best(beside, left)]
        if exhausted or not rivals[first.id]:
            return taken
        return min(taken, self.best([one for one in group if one is not first], room), key=lambda one: _rank(one, room))


def _rank(chosen: Sequence[Candidate], room: By) -> tuple[int, int, int, list[str]]:
    """Of two that take off the same, the one that uses up no code, and fewer promotions."""
    codes = sum(one.promotion.code is not None for one in chosen)
    return -worth(chosen, room), codes, len(chosen), sorted(one.id for one in chosen)


def _groups(candidates: Sequence[Candidate], room: By) -> list[list[Candidate]]:
    """Whoever can make a difference to each other's worth: they exclude each other, or a line has not room for all."""
    asked = Counter[str]()
    for one in candidates:
        asked.update(one.amounts)
    tight = {line_id for line_id, amount in asked.items() if amount > room[line_id]}
    groups: list[list[Candidate]] = []
    for one in candidates:
        near = [group for group in groups if any(_near(one, other, tight) for other in group)]
        joined = [one, *(other for group in near for other in group)]
        groups = [group for group in groups if group not in near] + [joined]
    return groups


def _near(one: Candidate, other: Candidate, tight: set[str]) -> bool:
    return excluded(one, other) or bool(tight & one.amounts.keys() & other.amounts.keys())
