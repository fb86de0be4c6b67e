"""Text that is kept short: it comes back as it was, whatever words it was shortened by, or not at all."""

import json
import random
import string
import zlib

import pytest

from kernel.shorthand import Shorthand

WORDS = '{"thing_id":"thg_","state":"new","amount":{"minor":0,"currency":"EUR"}}'
TEXT = '{"thing_id":"thg_7","state":"new","amount":{"minor":7,"currency":"EUR"},"name":"Käse 🧀"}'


@pytest.mark.parametrize("text", ["", "x", TEXT, WORDS * 40, TEXT * 3_000])
def test_a_text_comes_back_as_it_was(text):
    assert Shorthand(WORDS).full(Shorthand(WORDS).short(text)) == text


def test_any_text_comes_back_as_it_was():
    drawn = random.Random(7)
    for length in range(0, 6_000, 37):
        text = json.dumps({"name": "".join(drawn.choices(string.printable, k=length))})
        assert Shorthand(WORDS).full(Shorthand(WORDS).short(text)) == text


def test_what_stands_in_the_words_costs_next_to_nothing():
    assert len(Shorthand(WORDS).short(TEXT)) < len(TEXT) / 2


def test_what_was_written_by_former_words_is_read_by_them():
    kept = Shorthand(WORDS).short(TEXT)
    assert Shorthand("other words", WORDS).full(kept) == TEXT
    with pytest.raises(ValueError, match="not known any more"):
        Shorthand("other words").full(kept)


def test_what_was_changed_is_refused():
    """Never another text: the last bytes are a sum of it."""
    kept = Shorthand(WORDS).short(TEXT)
    for place in range(len(kept)):
        for bit in range(8):
            changed = bytearray(kept)
            changed[place] ^= 1 << bit
            try:
                assert Shorthand(WORDS).full(bytes(changed)) == TEXT  # a bit that says nothing
            except ValueError:
                continue


@pytest.mark.parametrize("length", [0, 1, 5, 6, 20, -1])
def test_what_is_not_all_there_is_refused(length):
    kept = Shorthand(WORDS).short(TEXT)
    with pytest.raises(ValueError, match=r"(?i)not"):
        Shorthand(WORDS).full(kept[:length])


def test_it_says_by_which_words_as_the_format_has_it():
    assert Shorthand(WORDS).short(TEXT)[2:6] == zlib.adler32(WORDS.encode()).to_bytes(4, "big")
