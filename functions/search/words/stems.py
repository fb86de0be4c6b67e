"""A word without its endings, by the script it is written in: whoever types the plural finds the singular.

One function for documents and queries, on the laptop and in the cloud: neither index is asked to know a language.
"""

from collections.abc import Callable
from functools import cache, lru_cache

SHORTEST = 3  # letters that are left of a word at least

_ENDINGS = (
    "ами ями ові еві єві ого його ому йому ими їми іми ий ій їй а я у ю о е є и і ї ь й ом ем єм ям ах ях ів їв "
    "ою ею єю їх их їм им ої ість ості ка ок ки ку кою кам ками ках ко ці"
)
_UKRAINIAN = tuple(sorted(_ENDINGS.split(), key=len, reverse=True))


@lru_cache(50_000)
def stem(word: str) -> str:
    first = word[:1]
    if first.isdigit() or len(word) <= SHORTEST:
        return word
    if word.isascii():
        return _of("english")(word)
    if "\u0400" <= first <= "\u052f":
        return _ukrainian(word)
    if "\u0900" <= first <= "\u097f":
        return _of("hindi")(word)
    return word


def _ukrainian(word: str) -> str:
    """Endings of nouns and adjectives, twice: "килимами" is "килим" with an ending that looks like one more."""
    for _ in range(2):
        for ending in _UKRAINIAN:
            if word.endswith(ending) and len(word) - len(ending) >= SHORTEST:
                word = word[: -len(ending)]
                break
        else:
            return word
    return word


@cache
def _of(language: str) -> Callable[[str], str]:
    """Each language's rules are read when its first word turns up."""
    if language == "english":
        from snowballstemmer.english_stemmer import EnglishStemmer as Stemmer
    else:
        from snowballstemmer.hindi_stemmer import HindiStemmer as Stemmer
    stemmed: Callable[[str], str] = Stemmer().stemWord
    return stemmed
