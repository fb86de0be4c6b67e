"""What a query looks for, in the words of the index's fields: made once, and read by every index alike.

Scores are sums of fixed weights, not of statistics: a document's score depends on nothing but itself, so pages stay in
place while others change, and both indexes order alike.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from functions.search.model.asked import AS_DESIGNED, Tuning
from functions.search.model.documents import Card
from functions.search.words.heads import STOP_WORDS, head_of
from functions.search.words.limits import WORDS
from functions.search.words.sounds import sound
from functions.search.words.stems import stem
from functions.search.words.tokens import Token, tokens
from functions.search.words.typos import distance_allowed
from functions.search.words.written import LONGEST_PREFIX, weights

# Of one word only its best match counts.
HEAD, WORD, TITLE, CODE, JOINED, FACT, MORE = 13.0, 10.0, 9.0, 12.0, 8.0, 6.0, 3.0
SYNONYM = 0.75  # of what the word itself would count
HEAD_TYPO, ONE_TYPO, TWO_TYPOS, SOUND = 7.5, 6.0, 4.0, 3.0
PREFIX, PREFIX_TYPO = 8.0, 4.0
PHRASE = 5.0  # besides, where all words stand in the title in a row


@dataclass(frozen=True, slots=True)
class Match:
    """`distance`: how many typing errors the word of the document may be away from this one."""

    field: str  # of `written.Written`
    word: str
    distance: int = 0


@dataclass(frozen=True, slots=True)
class Alternative:
    weight: float
    matches: tuple[Match, ...]  # all of them


@dataclass(frozen=True, slots=True)
class Stage:
    """A document is found if `required` of the groups have an alternative that matches; each counts its best one.

    `besides` adds to the score of what is found, and so does the `phrase`, stems in a row in `title`.
    """

    groups: tuple[tuple[Alternative, ...], ...]
    required: int
    phrase: tuple[str, ...] = ()
    besides: tuple[Alternative, ...] = ()
    loosely: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """The first stage that finds anything at all, whatever the filters leave of it, is the one that answers."""

    stages: tuple[Stage, ...]
    words: tuple[str, ...]  # of the query, folded
    standing: tuple[tuple[str, float], ...]  # signs of `Written.standing`, and what each adds


def planned(text: str, language: str, tuning: Tuning = AS_DESIGNED) -> Plan:
    """Without any word it has no stages: everything is found, in the order of its standing."""
    asked = _meaningful(tokens(text))
    standing = tuple(weights(tuning).items())
    if not asked:
        return Plan((), (), standing)
    synonyms = _Synonyms(tuning, language)
    exact = tuple(_exactly(asked, place, synonyms) for place in range(len(asked)))
    loose = tuple(group + tuple(_loosely(token)) for group, token in zip(exact, asked, strict=True))
    stems = tuple(stem(piece) for token in asked for piece in token.pieces)
    phrase = stems if len(stems) > 1 else ()
    stages = [Stage(_or_code(exact, _code(asked)), len(exact), phrase)]
    stages.append(Stage(loose, len(loose), phrase, loosely=True))
    if len(loose) > 1:
        stages.append(Stage(loose, max(1, len(loose) - 1 - len(loose) // 4), phrase, loosely=True))
    return Plan(tuple(stages), tuple(token.word for token in asked), standing)


def _meaningful(found: Sequence[Token]) -> list[Token]:
    said = list({token.word: token for token in found}.values())
    telling = [token for token in said if token.word not in STOP_WORDS]
    return (telling or said)[:WORDS]


def _exactly(asked: Sequence[Token], place: int, synonyms: "_Synonyms") -> tuple[Alternative, ...]:
    token = asked[place]
    made = [*_found_by(token.word), Alternative(CODE, (Match("codes", token.word),))]
    if token.parts:
        parts = tuple(Match("title", stem(part)) for part in token.parts)
        made.append(Alternative(JOINED, parts))
        made.append(Alternative(MORE, tuple(Match("more", stem(part)) for part in token.parts)))
    neighbours = [asked[other] for other in (place - 1, place + 1) if 0 <= other < len(asked)]
    for other in neighbours:
        first, second = (other, token) if other.start < token.start else (token, other)
        made.append(Alternative(JOINED, (Match("words", first.word + second.word),)))
    made += synonyms.of(asked, place)
    return tuple(made)


def _found_by(word: str, part: float = 1.0) -> Iterator[Alternative]:
    stemmed = stem(word)
    yield Alternative(HEAD * part, (Match("heads", stemmed),))
    yield Alternative(WORD * part, (Match("words", word),))
    yield Alternative(TITLE * part, (Match("title", stemmed),))
    yield Alternative(JOINED * part, (Match("joined", word),))
    yield Alternative(FACT * part, (Match("facts", stemmed),))
    yield Alternative(MORE * part, (Match("more", stemmed),))


def _code(asked: Sequence[Token]) -> str:
    """A stock keeping unit is often written with blanks: all of the query as one."""
    whole = "".join(token.word for token in asked)
    return whole if len(asked) > 1 and any(letter.isdigit() for letter in whole) else ""


def _or_code(groups: tuple[tuple[Alternative, ...], ...], code: str) -> tuple[tuple[Alternative, ...], ...]:
    if not code:
        return groups
    return tuple((*group, Alternative(CODE, (Match("codes", code),))) for group in groups)


def _loosely(token: Token) -> Iterator[Alternative]:
    allowed = distance_allowed(token.word)
    if allowed:
        yield Alternative(HEAD_TYPO, (Match("heads", stem(token.word), 1),))
        yield Alternative(ONE_TYPO, (Match("words", token.word, 1),))
    if allowed > 1:
        yield Alternative(TWO_TYPOS, (Match("words", token.word, 2),))
    if heard := sound(token.word):
        yield Alternative(SOUND, (Match("sounds", heard),))


def prefixed(text: str) -> Plan:
    """For suggestions: the last word is not yet ended; others may be mistyped only where nothing fits otherwise."""
    asked = _meaningful(tokens(text))
    standing = tuple(weights().items())
    if not asked:
        return Plan((), (), standing)
    *before, last = asked
    start = last.word[:LONGEST_PREFIX]
    exact = [tuple(_found_by(token.word)) for token in before]
    ended = (Alternative(PREFIX, (Match("prefixes", start),)),)
    loose = [(*group, *_loosely(token)) for group, token in zip(exact, before, strict=True)]
    mistyped = (*ended, Alternative(PREFIX_TYPO, (Match("prefixes", start, 1),))) if len(start) > 2 else ended
    stages = (
        Stage((*exact, ended), len(asked)),
        Stage((*loose, mistyped), len(asked), loosely=True),
    )
    return Plan(stages, tuple(token.word for token in asked), standing)


def alike(card: Card) -> Plan:
    """Other goods like this one: of its category, of the same kind, then of the same words."""
    titles = [tokens(title) for title in card.titles.values()]
    heads = {stem(head) for title in titles if (head := head_of(title))}
    stems = dict.fromkeys(stem(piece) for title in titles for token in title for piece in token.pieces)
    besides = [Alternative(6.0, (Match("heads", head),)) for head in sorted(heads)]
    besides += [Alternative(1.0, (Match("title", word),)) for word in list(stems)[: 2 * WORDS]]
    own, above = card.category_path[-1:], card.category_path[-2:-1]
    groups = [Alternative(6.0, (Match("categories", category),)) for category in own]
    groups += [Alternative(3.0, (Match("categories", category),)) for category in above]
    groups += [Alternative(2.0, (Match("heads", head),)) for head in sorted(heads)]
    return Plan((Stage((tuple(groups),), 1, (), tuple(besides)),) if groups else (), (), tuple(weights().items()))


class _Synonyms:
    """Groups of words, or of several words in a row, that mean the same; of the asked language and of every one."""

    def __init__(self, tuning: Tuning, language: str) -> None:
        self._groups = [
            [tuple(token.word for token in tokens(member)) for member in group]
            for spoken in dict.fromkeys((language, *tuning.synonyms))
            for group in tuning.synonyms.get(spoken, ())
        ]

    def of(self, asked: Sequence[Token], place: int) -> Iterator[Alternative]:
        words = tuple(stem(token.word) for token in asked)
        for group in self._groups:
            if any(self._covers(member, words, place) for member in group):
                for member in group:
                    yield from self._instead(member)

    @staticmethod
    def _covers(member: tuple[str, ...], words: tuple[str, ...], place: int) -> bool:
        """Whether this member stands in the query and the word at `place` is one of its words."""
        stems, length = tuple(map(stem, member)), len(member)
        starts = range(max(0, place - length + 1), min(place, len(words) - length) + 1)
        return bool(length) and any(words[start : start + length] == stems for start in starts)

    @staticmethod
    def _instead(member: tuple[str, ...]) -> Iterator[Alternative]:
        if len(member) == 1:
            yield from _found_by(member[0], SYNONYM)
        elif member:
            yield Alternative(TITLE * SYNONYM, tuple(Match("title", stem(word)) for word in member))
