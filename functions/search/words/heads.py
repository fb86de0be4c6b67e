"""What a title says the thing is: of "Leather bag for a camera, Vega" that is "bag"."""

from collections.abc import Sequence

from functions.search.words.tokens import Token


def _words(spaced: str) -> frozenset[str]:
    return frozenset(spaced.split())


# Behind these a title says what the thing is for or comes with. In Hindi such words follow theirs instead.
_BEHIND = _words("for with without from by in on для з із зі без від до на під по у в")
# What says nothing by itself, in a query.
STOP_WORDS = _BEHIND | _words("के का की में से वाला वाली वाले a an the of and or to і й та або और या लिए")


def head_of(title: Sequence[Token]) -> str:
    """The last word of the part that names the thing; a measure, such as "50 mm", is not it."""
    head, after_number = "", False
    for place, token in enumerate(title):
        if place and (token.word in _BEHIND or _new_part(title[place - 1], token)) and head:
            break
        number = token.word[0].isdigit() or any(part.isdigit() for part in token.parts)
        unit = after_number and len(token.word) <= (3 if token.word.isascii() else 4)
        if not number and not unit and token.word not in STOP_WORDS:
            head = token.word
        after_number = number
    return head


def _new_part(before: Token, token: Token) -> bool:
    """A comma, a dash or a quotation mark stands between: more than the one space."""
    return token.start - before.end > 1
