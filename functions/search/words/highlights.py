"""Where a shown title says what was asked: as places, so that no page has to trust any HTML."""

from dataclasses import dataclass, field
from itertools import pairwise

from functions.search.model.found import Span
from functions.search.words.plan import Plan, Stage
from functions.search.words.sounds import sound
from functions.search.words.stems import stem
from functions.search.words.tokens import tokens
from functions.search.words.typos import distance, distance_allowed


@dataclass(frozen=True, slots=True)
class Highlighter:
    """Made once for a query, of the very matches that found the hits."""

    asked: tuple[str, ...]
    words: frozenset[str]
    stems: frozenset[str]
    letters: frozenset[str]
    sounds: frozenset[str]
    beginnings: tuple[str, ...]
    loosely: bool
    _known: dict[str, bool] = field(default_factory=dict, compare=False)  # titles of one search are much alike

    def spans(self, title: str) -> tuple[Span, ...]:
        there = tokens(title)
        marked = [any(map(self._meant, (token.word, *token.parts))) for token in there]
        for place, (one, other) in enumerate(pairwise(there)):
            if one.word + other.word in self.asked:
                marked[place] = marked[place + 1] = True
        return tuple((token.start, token.end) for token, meant in zip(there, marked, strict=True) if meant)

    def _meant(self, word: str) -> bool:
        known = self._known.get(word)
        if known is None:
            known = self._known[word] = self._looked_at(word)
        return known

    def _looked_at(self, word: str) -> bool:
        if word in self.words or any(map(word.startswith, self.beginnings)):
            return True
        if word[0] in self.letters and stem(word) in self.stems:  # no stem begins otherwise than its word
            return True
        return self.loosely and (sound(word) in self.sounds or any(_mistyped(one, word) for one in self.asked))


def highlighter(plan: Plan, stage: Stage | None) -> Highlighter:
    groups = stage.groups if stage else ()
    matches = [match for group in groups for alternative in group for match in alternative.matches]
    by_field = {
        name: frozenset(match.word for match in matches if match.field == name and not match.distance)
        for name in ("words", "title", "heads", "sounds", "prefixes")
    }
    stems = by_field["title"] | by_field["heads"]
    return Highlighter(
        asked=plan.words,
        words=by_field["words"],
        stems=stems,
        letters=frozenset(word[0] for word in stems),
        sounds=by_field["sounds"],
        beginnings=tuple(by_field["prefixes"]),
        loosely=bool(stage and stage.loosely),
    )


def _mistyped(asked: str, word: str) -> bool:
    allowed = distance_allowed(asked)
    return bool(allowed) and distance(asked, word, allowed) <= allowed
