"""How a word sounds, in consonants: "smartphone" is found by "смартфон", "camera" by "कैमरा", without a dictionary."""

import re
from functools import lru_cache
from itertools import groupby

FEWEST = 3  # consonants: with less, everything sounds like everything

# By sound, the letters of three scripts that are heard so; those left out, vowels and breaths, are not counted.
_HEARD = {
    "b": "bбबभ",
    "k": "kqcкकख",
    "g": "gгґगघ",
    "c": "чचछ",
    "j": "jжजझ",
    "t": "tтटठतथ",
    "d": "dдडढदध",
    "n": "nнणनञङं",
    "p": "pпप",
    "f": "fфफ",
    "m": "mмम",
    "r": "rрरऋृ",
    "l": "lлलळ",
    "v": "vwвव",
    "s": "sсшщцशषस",
    "z": "zз",
    "h": "х",
}
_SOUNDS = {letter: sound for sound, letters in _HEARD.items() for letter in letters}
_TOGETHER = {"sch": "s", "sh": "s", "ch": "ч", "ck": "k", "ph": "f", "kh": "х", "zh": "j", "x": "ks"}
_LETTERS = re.compile("|".join(_TOGETHER))


@lru_cache(20_000)
def sound(word: str) -> str:
    """Empty where there is too little to go by, and for what has digits in it."""
    if any(letter.isdigit() for letter in word):
        return ""
    if word.isascii():
        word = _LETTERS.sub(lambda match: _TOGETHER[match[0]], word)
    heard = "".join(one for one, _ in groupby(filter(None, map(_SOUNDS.get, word))))
    return heard if len(heard) >= FEWEST else ""
