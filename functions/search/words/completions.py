"""What somebody who has typed the beginning of a word may be about to search for, gathered from titles that fit."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from functions.search.words.heads import STOP_WORDS, head_of
from functions.search.words.tokens import Token, tokens
from functions.search.words.typos import distance

_LONGEST = 4  # words of a suggestion, from the one that is being typed


def completed(typed: str, titles: Iterable[Sequence[str]], most: int) -> tuple[str, ...]:
    """`titles`: of each thing, the one in the asked language first. What fits most things comes first."""
    before, last = _split(typed)
    if not last:
        return ()
    found: Counter[str] = Counter()
    for each in titles:
        for title in each:
            if endings := list(_endings(last, title)):
                found.update({f"{before}{ending}" for ending in endings})
                break
    return tuple(sorted(found, key=lambda text: (-found[text], len(text), text))[:most])


def _split(typed: str) -> tuple[str, str]:
    asked = tokens(typed)
    return (typed[: asked[-1].start].lower(), asked[-1].word) if asked else ("", "")


def _endings(last: str, title: str) -> Iterator[str]:
    """The word that is being typed; and that word with what follows, up to the one that says what the thing is."""
    there = tokens(title)
    place = _place(last, there)
    if place is None:
        return
    start = there[place].start
    yield title[start : there[place].end].lower()
    head = head_of(there)
    for further in range(place + 1, min(place + _LONGEST, len(there))):
        if there[further].start - there[further - 1].end > 1:
            return
        if there[further].word == head and head not in STOP_WORDS:
            yield title[start : there[further].end].lower()
            return


def _place(last: str, there: Sequence[Token]) -> int | None:
    for place, token in enumerate(there):
        if any(word.startswith(last) for word in (token.word, *token.parts)):
            return place
    if len(last) > 2:
        for place, token in enumerate(there):
            if any(distance(last, token.word[: len(last) + more], 1) <= 1 for more in (0, 1, -1)):
                return place
    return None
