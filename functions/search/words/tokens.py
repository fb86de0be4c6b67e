"""Words of a text: where they stand, and the one form in which both indexes and all queries know them."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

LONGEST_WORD = 40  # characters; what follows in one word tells nothing apart

# A letter or digit, then letters, digits and the signs that sit on them: Python's \w leaves out the vowels of Hindi.
_SIGNS = "\u0300-\u036f\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963\u200c\u200d"
_JOINERS = "'’ʼ`´\\-‐‑"
_PIECE = rf"[^\W_](?:[^\W_]|[{_SIGNS}])*"
_WORD = re.compile(rf"{_PIECE}(?:[{_JOINERS}]{_PIECE})*")
_PARTS = re.compile(rf"[0-9]+|[^\W\d_](?:[^\W\d_]|[{_SIGNS}'])*")
_APOSTROPHES = str.maketrans(dict.fromkeys("’ʼ`´", "'"))


@dataclass(frozen=True, slots=True)
class Token:
    """`word` is the whole, "tshirt"; `parts` are what it is put together of, "t" and "shirt", if it is."""

    start: int
    end: int
    word: str
    parts: tuple[str, ...] = ()

    @property
    def pieces(self) -> tuple[str, ...]:
        return self.parts or (self.word,)


def tokens(text: str) -> list[Token]:
    found = []
    for match in _WORD.finditer(text):
        word, parts = _known(match[0])
        if word:
            found.append(Token(match.start(), match.end(), word, parts))
    return found


@lru_cache(20_000)
def _known(written: str) -> tuple[str, tuple[str, ...]]:
    folded = fold(written)
    parts = [part.replace("'", "")[:LONGEST_WORD] for part in _PARTS.findall(folded)]
    whole = "".join(parts)[:LONGEST_WORD]
    return whole, tuple(parts) if len(parts) > 1 else ()


class _Folds(dict[int, str]):
    """What becomes of a character, found out once for each that turns up."""

    def __missing__(self, code: int) -> str:
        made = self[code] = _folded(chr(code))
        return made


def _folded(character: str) -> str:
    name = unicodedata.name(character, "")
    if name.startswith("CYRILLIC"):
        return character  # й and ї are letters of their own, not и and і with something on top
    apart = unicodedata.normalize("NFKD", character)
    if name.startswith("DEVANAGARI"):
        digit = unicodedata.digit(character, None)
        return apart.replace("\u093c", "") if digit is None else str(digit)
    return "".join(one for one in apart if unicodedata.category(one) != "Mn").lower()


_FOLDS = _Folds(
    {ord(letter): plain for letter, plain in zip("ґё", "ге", strict=True)}
    | {ord("ß"): "ss", ord("æ"): "ae", ord("œ"): "oe", ord("ø"): "o", ord("ł"): "l", ord("đ"): "d", ord("ı"): "i"}
    | {ord("ँ"): "ं", 0x200C: "", 0x200D: ""}  # the nasal signs are written either way; joiners only shape letters
)


def fold(written: str) -> str:
    """Lower case, without accents, with one apostrophe: what people type alike is alike."""
    lowered = written.lower()
    if lowered.isascii():
        return lowered.replace("`", "'")
    return unicodedata.normalize("NFC", lowered).translate(_APOSTROPHES).translate(_FOLDS)
