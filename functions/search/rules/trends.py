"""What is looked at and bought lately, more than what was: values in, values out.

What people do is added up in slots of ten minutes, each in several places, so that nothing is written to by everybody.
A slot that is over for good is folded into the standing, in which everything before counts less with every slot.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

SLOT = timedelta(minutes=10)
LATE = timedelta(minutes=10)  # so long after its end something may still be added to a slot
HALF_LIFE = timedelta(hours=24)
LOOKED_BACK = timedelta(hours=6)  # for slots that nobody folded, because nothing ran: a laptop was off
SHARDS = 4  # of a slot: some four thousand sendings a second
SAMPLE = 5_000  # sendings of a shard that are added up; where there are more, so many say enough
RANKED = 500  # products with a standing
SHOWN = 100
WEIGHTS = {"product_viewed": 1, "result_chosen": 1, "cart_added": 4}
BOUGHT = 10
SCALE = 1_000  # of a score, for there are no fractions in the table


@dataclass(frozen=True, slots=True)
class Standing:
    """How products stood at the end of a slot; 0: nothing was ever folded."""

    slot: int = 0
    scores: Mapping[str, int] = field(default_factory=dict)


def slot_of(moment: datetime) -> int:
    return int(moment.timestamp() // SLOT.total_seconds())


def ends(slot: int) -> datetime:
    return datetime.fromtimestamp((slot + 1) * SLOT.total_seconds(), UTC)


def shard_of(key: str) -> int:
    """The same for the same sending, so that one that comes twice falls on its first row."""
    return sha256(key.encode()).digest()[0] % SHARDS


def counts(acts: Iterable[tuple[str, str]]) -> dict[str, int]:
    """Of one sending: a product counts once for each thing that can be done with it, however often it is said."""
    counted: Counter[str] = Counter()
    for kind, product in set(acts):
        counted[product] += WEIGHTS.get(kind, 0)
    return {product: score for product, score in counted.items() if score}


def accepts(slot: int, now: datetime) -> bool:
    """What is told later than this no longer says what is looked at now."""
    return now < ends(slot) + LATE


def open_slots(standing: Standing, now: datetime) -> list[int]:
    """The slots that are not in the standing, the oldest first."""
    newest = slot_of(now)
    oldest = newest - 1 - int(LATE / SLOT)
    if standing.slot:
        oldest = max(standing.slot + 1, newest - int(LOOKED_BACK / SLOT))
    return list(range(oldest, newest + 1))


def folded(standing: Standing, slot: int, counted: Mapping[str, int]) -> Standing:
    """What a slot counted is in it, and all before weighs as much less as time has gone by."""
    older = _aged(standing, slot)
    scores = Counter(older.scores)
    for product, score in counted.items():
        scores[product] += score * SCALE
    return Standing(slot, dict(scores.most_common(RANKED)))


def ranked(standing: Standing, counted: Iterable[tuple[int, Mapping[str, int]]]) -> list[str]:
    """The list as of now: the standing, and what the slots that are not over have counted."""
    for slot, scores in counted:
        standing = folded(standing, slot, scores)
    best = sorted(standing.scores.items(), key=lambda one: (-one[1], one[0]))
    return [product for product, _ in best[:SHOWN]]


def _aged(standing: Standing, slot: int) -> Standing:
    if not standing.slot:
        return standing
    left = 0.5 ** ((slot - standing.slot) * SLOT / HALF_LIFE)
    scores = {product: int(score * left) for product, score in standing.scores.items()}
    return replace(standing, slot=slot, scores={product: score for product, score in scores.items() if score})
