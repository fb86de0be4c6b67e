"""Typing errors: how far two words are apart, how far they may be, and what was probably meant."""

from collections import Counter
from collections.abc import Iterable

from functions.search.words.tokens import tokens

LONGEST_MISTYPED = 24  # letters; nobody types a longer word by ear


def distance_allowed(word: str) -> int:
    """Of short words and numbers each letter tells another thing: "35" is not "50" mistyped."""
    length = len(word)
    if length < 4 or length > LONGEST_MISTYPED or any(letter.isdigit() for letter in word):
        return 0
    return 1 if length < 8 else 2


def distance(one: str, other: str, most: int) -> int:
    """Letters to insert, leave out, replace, or swap with their neighbour; `most` + 1 stands for all above it."""
    if abs(len(one) - len(other)) > most or len(set(one) ^ set(other)) > 2 * most:  # an error changes two letters
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for here, letter in enumerate(one, 1):
        above_before, before, row = before, row, [here]
        for there, wanted in enumerate(other, 1):
            cost = min(before[there] + 1, row[-1] + 1, before[there - 1] + (letter != wanted))
            swapped = here > 1 and there > 1 and letter == other[there - 2] and one[here - 2] == wanted
            if swapped:
                cost = min(cost, above_before[there - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


def meant(asked: tuple[str, ...], titles: Iterable[str]) -> str | None:
    """What was probably meant, in words of the titles found; None if it was written right, or is unheard of."""
    there = Counter(word for title in titles for token in tokens(title) for word in {token.word, *token.parts})
    corrected = [word if word in there else _nearest(word, there) for word in asked]
    return " ".join(corrected) if tuple(corrected) != asked else None


def _nearest(word: str, there: Counter[str]) -> str:
    allowed = distance_allowed(word)
    near = [
        (apart, -often, other)
        for other, often in there.items()
        if (apart := distance(word, other, allowed)) <= allowed and not other.isdigit()
    ]
    return min(near)[2] if near and allowed else word
