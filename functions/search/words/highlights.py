"""Where a shown title says what was asked: as places, so that no page has to trust any HTML."""

from collections.abc import Iterable

from functions.search.model.found import Span
from functions.search.words.stems import stem
from functions.search.words.tokens import tokens
from functions.search.words.typos import distance, distance_allowed


class Highlighter:
    """Made once for a query: the words of its plan, its synonyms' among them."""

    def __init__(
        self, words: Iterable[str], *, also: Iterable[str] = (), loosely: bool = False, prefix: str = ""
    ) -> None:
        self._words = tuple(words)
        self._stems = {stem(word) for word in self._words} | set(also)
        self._loosely, self._prefix = loosely, prefix

    def spans(self, title: str) -> tuple[Span, ...]:
        return tuple(
            (token.start, token.end)
            for token in tokens(title)
            if any(self._meant(word) for word in (token.word, *token.parts))
        )

    def _meant(self, word: str) -> bool:
        if word in self._words or stem(word) in self._stems or (self._prefix and word.startswith(self._prefix)):
            return True
        if not self._loosely:
            return False
        return any(
            (allowed := distance_allowed(asked)) and distance(asked, word, allowed) <= allowed for asked in self._words
        )
