import unicodedata
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.search.words.completions import completed
from functions.search.words.heads import head_of
from functions.search.words.ladders import RANGES, price_steps, price_values, rating_values
from functions.search.words.limits import LONGEST, WORDS, QueryTooLong, readable
from functions.search.words.plan import planned, prefixed
from functions.search.words.sounds import sound
from functions.search.words.stems import stem
from functions.search.words.tokens import fold, tokens
from functions.search.words.typos import distance, distance_allowed, meant
from functions.search.words.written import LONGEST_PREFIX, written
from tests.builders.listed import a_listing

ANYTHING = st.text(max_size=LONGEST)
WORD = st.text(alphabet="abcdeé", max_size=8)


@settings(deadline=None)  # the machine may be busy
@given(ANYTHING)
def test_a_token_says_where_its_word_stands(text: str):
    end = 0
    for token in tokens(text):
        assert end <= token.start < token.end <= len(text)
        assert token.word
        assert token.word == "".join(token.word.split())
        end = token.end


@settings(deadline=None)  # the machine may be busy
@given(ANYTHING)
def test_a_readable_query_is_left_as_it_is(text: str):
    try:
        made = readable(text)
    except QueryTooLong:
        assert len(unicodedata.normalize("NFC", text)) > LONGEST
        return
    assert readable(made) == made
    assert not any(unicodedata.category(character) == "Cc" for character in made)


@settings(deadline=None)  # the machine may be busy
@given(ANYTHING)
def test_no_query_asks_for_more_than_a_few_hundred_words(text: str):
    """What a search costs grows with its alternatives, so their number has an end, whatever was typed."""
    for plan in (planned(text, "en"), prefixed(text)):
        for stage in plan.stages:
            assert len(stage.groups) <= WORDS
            assert 1 <= stage.required <= len(stage.groups)
            assert sum(len(alternative.matches) for group in stage.groups for alternative in group) <= 500
            fuzzy = [match for group in stage.groups for one in group for match in one.matches if match.distance]
            assert len(fuzzy) <= 3 * WORDS


@settings(deadline=None)  # the machine may be busy
@given(st.text(max_size=300))
def test_a_document_says_words_that_a_query_can_say(title: str):
    said = written(a_listing(1, title=title))
    for words in (said.title, said.words, said.prefixes, said.codes):
        assert all(word and not any(character.isspace() for character in word) for word in words)
    assert all(len(prefix) <= LONGEST_PREFIX for prefix in said.prefixes)
    for token in tokens(title):
        assert token.word in said.words
        assert all(stem(piece) in said.title for piece in token.pieces)


@settings(deadline=None)  # the machine may be busy
@given(WORD, WORD)
def test_the_distance_is_that_of_the_textbook(one: str, other: str):
    @cache
    def apart(first: str, second: str) -> int:
        if not first or not second:
            return len(first) + len(second)
        steps = [
            apart(first[1:], second) + 1,
            apart(first, second[1:]) + 1,
            apart(first[1:], second[1:]) + (first[0] != second[0]),
        ]
        if len(first) > 1 and len(second) > 1 and first[:2] == second[1::-1]:
            steps.append(apart(first[2:], second[2:]) + 1)
        return min(steps)

    one, other = one[:5], other[:5]
    assert distance(one, other, 9) == apart(one, other)
    assert distance(one, other, 1) == min(apart(one, other), 2)


@pytest.mark.parametrize(("word", "allowed"), [("lamp", 1), ("cap", 0), ("50mm", 0), ("headphones", 2), ("x" * 25, 0)])
def test_how_mistyped_a_word_may_be(word: str, allowed: int):
    assert distance_allowed(word) == allowed


def test_what_was_meant_is_the_nearest_and_then_the_most_frequent():
    titles = ["Camera bag", "Camera strap", "Camara print"]
    assert meant(("camera",), titles) is None
    assert meant(("camerra", "bag"), titles) == "camera bag"
    assert meant(("gramophone",), titles) is None


@pytest.mark.parametrize(
    ("title", "head"),
    [
        ("Rangefinder camera, Astra", "camera"),
        ("Leather bag for a camera", "bag"),
        ("50 mm lens, Vega", "lens"),
        ("Обʼєктив 50 мм «Вега»", "обєктив"),
        ("Сумка для камери", "сумка"),
        ("Шкіряна сумка з кишенею", "сумка"),
        ("चमड़े का कैमरा बैग", "बैग"),
        ("कैमरे के लिए बैग", "बैग"),
        ("", ""),
        ("42", ""),
    ],
)
def test_what_a_title_says_the_thing_is(title: str, head: str):
    assert head_of(tokens(title)) == head.replace("ड़", "ड")


@pytest.mark.parametrize(
    "forms",
    [
        "чашка чашки чашку чашкою чашок",
        "килим килима килими килимами",
        "фотоапарат фотоапарата фотоапарати фотоапаратів",
        "шкіряний шкіряна шкіряні шкіряного шкіряними",
        "лампа лампи ламп лампою лампами",
        "bag bags",
        "scarf scarfs",
        "camera cameras",
        "watch watches",
        "कैमरा कैमरे",
        "किताब किताबें",
    ],
)
def test_forms_of_a_word_have_one_stem(forms: str):
    assert len({stem(fold(form)) for form in forms.split()}) == 1


@pytest.mark.parametrize("words", ["camera камера कैमरा", "smartphone смартфон स्मार्टफ़ोन", "polar поляр पोलर"])
def test_what_sounds_alike_in_three_scripts(words: str):
    sounds = {sound(fold(word)) for word in words.split()}
    assert len(sounds) == 1
    assert sounds != {""}


@pytest.mark.parametrize("word", ["bag", "a", "iphone15", "чай"])
def test_too_little_to_go_by(word: str):
    assert sound(word) == ""


@settings(deadline=None)  # the machine may be busy
@given(st.lists(st.integers(0, 50), min_size=19, max_size=19))
def test_ranges_of_prices_count_each_thing_once_in_a_few_ranges_without_gaps(counts: list[int]):
    steps = price_steps("EUR")
    assert len(steps) + 1 == len(counts)
    values = price_values(steps, counts)
    assert sum(value.count for value in values) == sum(counts)
    assert len(values) <= RANGES
    bounds = [value.value.split("-") for value in values]
    assert all(int(high) < int(low) for (_, high), (low, _) in pairwise(bounds))


def test_steps_of_prices_fit_the_currency():
    assert price_steps("EUR")[:3] == (1_000, 2_500, 5_000)
    assert price_steps("JPY")[:3] == (10, 25, 50)


def test_stars_and_more():
    values = rating_values({0: 0, 1: 1, 2: 0, 3: 2, 4: 3, 5: 1})
    assert [(value.value, value.count) for value in values] == [("4-", 4), ("3-", 6), ("2-", 6)]


def test_suggestions_are_what_titles_say():
    titles = [("Leather camera bag, Astra",), ("Leather wallet",), ("Шкіряна сумка", "Leather bag")]
    assert completed("lea", titles, 3) == ("leather", "leather bag", "leather wallet")
    assert completed("brown lea", titles, 1) == ("brown leather",)
    assert completed("", titles, 3) == ()
    assert completed("xyz", titles, 3) == ()
