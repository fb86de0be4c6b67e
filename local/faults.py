"""What goes wrong on demand at any stand-in: which call a fault is meant for, and what becomes of what is told."""

import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

T = TypeVar("T")
F = TypeVar("F", bound="Fault")


@dataclass(frozen=True)
class Fault:
    """Each stand-in says in which ways it can fail."""

    how: str
    path: str = ".*"  # a pattern for what is asked
    method: str = ".*"
    after: int = 0  # so many calls go well before
    times: int = 1

    def meets(self, method: str, path: str) -> bool:
        return bool(re.fullmatch(self.method, method) and re.fullmatch(self.path, path))


def met(planned: Sequence[F], method: str, path: str) -> tuple[F | None, list[F]]:
    """The first that is meant for this call, which is used up by it; and what is planned from now on."""
    found, left = None, []
    for one in planned:
        if found is None and one.meets(method, path):
            if one.after:
                one = replace(one, after=one.after - 1)
            else:
                found, one = one, replace(one, times=one.times - 1)
        if one.times > 0:
            left.append(one)
    return found, left


TOLD = ("told: lost", "told: doubled", "told: shuffled")


def carried(
    told: Sequence[T], seed: str, met: Counter[str], *, drop: float, duplicate: float, shuffle: bool
) -> list[tuple[T, bool]]:
    """As they arrive, with whether they do. Shares are from 0 to 1; the same seed, the same misfortune.

    `met` counts what came to pass.
    """
    lost, doubled, shuffled = TOLD
    drawn = random.Random(seed)  # nosec B311 - to be the same again, no secret
    arriving: list[tuple[T, bool]] = []
    for one in told:
        if drawn.random() < drop:
            met[lost] += 1
            arriving.append((one, False))
            continue
        times = 2 if drawn.random() < duplicate else 1
        met[doubled] += times - 1
        arriving += [(one, True)] * times
    if shuffle:
        in_order = [*arriving]
        drawn.shuffle(arriving)
        met[shuffled] += arriving != in_order
    return arriving
