"""What may be asked at all: a query is words, never a language, and there is an end to them."""

import unicodedata

from kernel.errors import Invalid

LONGEST = 200  # characters of a query, after it was made readable
LONGEST_SENT = 1_000  # looked at at all: written for an address, so many letters of any script still fit into one
WORDS = 12  # of a query; what stands behind them narrows a search no further


class QueryTooLong(Invalid):
    """A search takes up to 200 characters. Leave out what matters least."""


def readable(sent: str) -> str:
    """The query as it is searched for, counted and shown again: no control characters, one space between words."""
    if len(sent) > LONGEST_SENT:
        raise QueryTooLong(f"This query has {len(sent)} characters, and {LONGEST} may be.")
    composed = unicodedata.normalize("NFC", sent)
    cleaned = "".join(" " if _unseen(character) else character for character in composed)
    text = " ".join(cleaned.split())
    if len(text) > LONGEST:
        raise QueryTooLong(f"This query has {len(text)} characters, and {LONGEST} may be.")
    return text


def _unseen(character: str) -> bool:
    """Controls, direction marks, lone surrogates; the joiners stay, since Hindi is written with them."""
    return character not in "\u200c\u200d" and unicodedata.category(character)[0] == "C"
