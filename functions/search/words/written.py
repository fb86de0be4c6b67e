"""What of a document is written into which field: alike for every index, so that one plan of a query fits them all."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from functions.search.model.asked import AS_DESIGNED, Tuning
from functions.search.model.documents import AttributeValue, Card, Document, StoreDocument
from functions.search.words.heads import head_of
from functions.search.words.sounds import sound
from functions.search.words.stems import stem
from functions.search.words.tokens import Token, tokens

LONGEST_PREFIX = 12
BETWEEN = "|"  # two titles: no phrase begins in one and ends in the other

# What of a thing's standing adds to a score, beside words that count some ten each. All are sixteenths: sums of them
# are exact, so that the same things come in the same order everywhere and every time.
AVAILABLE, VERIFIED, A_DOUBLING, A_HALF_STAR, A_BOOST = 1.0, 0.25, 0.25, 0.25, 0.5
DOUBLINGS, HALF_STARS_FROM, BOOSTS = 8, 7, 8  # the most that count; a rating counts from 4.0
_USUAL_RATING, _USUAL_WEIGHT = 3.5, 5  # a first five stars are no proof of anything yet


@dataclass(frozen=True, slots=True)
class Written:
    """The words of each field, in an order that matters for `title` alone, where phrases are looked for."""

    title: tuple[str, ...]  # stems
    heads: tuple[str, ...]  # the stem of what the thing is: of a camera bag "bag"
    words: tuple[str, ...]  # as typed, folded: what typing errors are measured against
    joined: tuple[str, ...]  # neighbours as one word: "smart watch" is found by "smartwatch"
    facts: tuple[str, ...]  # stems of what its attributes say
    more: tuple[str, ...]  # stems of its descriptions
    prefixes: tuple[str, ...]  # what its words begin with, for suggestions
    sounds: tuple[str, ...]
    codes: tuple[str, ...]  # folded, whole
    standing: tuple[str, ...]  # see `standing_of`


def written(document: Document) -> Written:
    card = document.card
    titles = [tokens(title) for title in card.titles.values()]
    brand = tokens(card.brand)
    return _written(
        titles=[*titles, *([brand] if brand else [])],
        heads=[head for title in titles if (head := head_of(title))],
        facts=_facts(document.attributes),
        more=document.descriptions.values(),
        codes=document.codes,
        standing=standing_of(document),
    )


def written_store(store: StoreDocument) -> Written:
    card = store.card
    standing = ([f"r{half}"] if (half := half_stars(card.rating, card.ratings)) else []) + ["v"] * card.verified
    return _written([tokens(card.name)], [], [], [card.description, card.slug], (), tuple(standing))


def _written(
    titles: list[list[Token]],
    heads: list[str],
    facts: Iterable[str],
    more: Iterable[str],
    codes: Iterable[str],
    standing: tuple[str, ...],
) -> Written:
    words = _unique(word for title in titles for token in title for word in (token.word, *token.parts))
    pieces = [[piece for token in title for piece in token.pieces] for title in titles]
    return Written(
        title=tuple(word for title in pieces for word in (*map(stem, title), BETWEEN)),
        heads=_unique(map(stem, heads)),
        words=words,
        joined=_unique(one + other for title in pieces for one, other in pairwise(title)),
        facts=_unique(stems_of(facts)),
        more=_unique(stems_of(more)),
        prefixes=_unique(word[:length] for word in words for length in range(1, min(len(word), LONGEST_PREFIX) + 1)),
        sounds=_unique(filter(None, map(sound, words))),
        codes=_unique("".join(token.word for token in tokens(code)) for code in codes),
        standing=standing,
    )


def stems_of(texts: Iterable[str]) -> Iterator[str]:
    return (stem(word) for text in texts for token in tokens(text) for word in (token.word, *token.parts))


def _unique(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))


def _facts(attributes: Mapping[str, AttributeValue]) -> Iterator[str]:
    for value in attributes.values():
        if isinstance(value, str):
            yield value
        elif isinstance(value, tuple):
            yield from value


def values_of(value: AttributeValue) -> tuple[str, ...]:
    """An attribute's value as it is filtered by and counted: true, 580, 2.5, Midnight blue."""
    if isinstance(value, tuple):
        return value
    if isinstance(value, bool):
        return ("true" if value else "false",)
    if isinstance(value, float):
        return (f"{value:g}" if abs(value) < 1e6 else repr(value),)
    return (str(value),)


def standing_of(document: Document) -> tuple[str, ...]:
    """Each sign is a word with a weight of its own, so that operators weigh anew without anything being rewritten."""
    card = document.card
    signs = [
        ("p", min(DOUBLINGS, int(math.log2(1 + max(0.0, document.popularity))))),
        ("r", half_stars(card.rating, card.ratings)),
        ("b", min(BOOSTS, round(4 * math.log2(max(1.0, document.boost))))),
    ]
    return tuple(
        [f"{sign}{much}" for sign, much in signs if much] + ["v"] * card.store_verified + ["a"] * card.available
    )


def half_stars(rating: float | None, ratings: int) -> int:
    """0 unless it is worth a mention: few ratings are drawn towards what is usual."""
    if rating is None:
        return 0
    believed = (rating * ratings + _USUAL_RATING * _USUAL_WEIGHT) / (ratings + _USUAL_WEIGHT)
    return half if (half := round(believed * 2)) > HALF_STARS_FROM else 0


def weights(tuning: Tuning = AS_DESIGNED) -> dict[str, float]:
    """What every sign of standing adds to a score."""
    made = {f"p{much}": much * A_DOUBLING * tuning.popularity for much in range(1, DOUBLINGS + 1)}
    made |= {f"r{half}": (half - HALF_STARS_FROM) * A_HALF_STAR * tuning.rating for half in range(8, 11)}
    made |= {f"b{much}": much * A_BOOST for much in range(1, BOOSTS + 1)}
    made |= {"v": VERIFIED * tuning.verified, "a": AVAILABLE * tuning.available}
    return {sign: exact for sign, weight in made.items() if (exact := round(weight * 16) / 16)}


def quality(signs: Iterable[str], weighed: Mapping[str, float]) -> int:
    """The standing as one number, in sixteenths: in this order things come where nothing was searched for."""
    return round(16 * sum(weighed.get(sign, 0.0) for sign in signs))


def shown_title(card: Card, language: str) -> str:
    return card.titles.get(language) or card.titles.get(card.language) or next(iter(card.titles.values()), "")
