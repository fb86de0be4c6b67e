import time
from dataclasses import replace

import pytest

from functions.search.model.asked import Asked, Tuning
from functions.search.words.limits import LONGEST, QueryTooLong, readable
from tests.builders.listed import a_listing
from tests.contract.search.conftest import Shelf


def titled(*titles: str) -> list[object]:
    return [a_listing(number, title=title) for number, title in enumerate(titles, 1)]


@pytest.fixture
def shop(shelf: Shelf) -> Shelf:
    goods = [
        {"en": "Rangefinder camera, Astra", "uk": "Далекомірний фотоапарат «Астра»", "hi": "एस्ट्रा रेंजफाइंडर कैमरा"},
        {"en": "Leather camera bag, Astra", "uk": "Шкіряна сумка для камери «Астра»", "hi": "चमड़े का कैमरा बैग"},
        {"en": "Bag for a camera"},
        {"en": "Smart watch"},
        {"en": "T-shirt, striped", "uk": "Смугаста футболка"},
        {"en": "50mm lens, Vega", "uk": "Обʼєктив 50 мм «Вега»"},
        {"en": "Wireless headphones"},
        {"en": "Woollen scarves", "uk": "Вовняні шарфи"},
        {"uk": "Комп'ютерний стіл"},
        {"en": "Éclair moulds"},
    ]
    shelf.put(*(a_listing(number, titles=titles, codes=(f"AC-{number:02}X",)) for number, titles in enumerate(goods)))
    return shelf


@pytest.mark.parametrize(
    ("text", "language", "first"),
    [
        ("camera", "en", "Rangefinder camera, Astra"),  # what it is, before what it is for
        ("camera bag", "en", "Leather camera bag, Astra"),
        ("CAMERAS", "en", "Rangefinder camera, Astra"),
        ("scarf", "en", "Woollen scarves"),
        ("smartwatch", "en", "Smart watch"),
        ("head phones", "en", "Wireless headphones"),
        ("tshirt", "en", "T-shirt, striped"),
        ("t shirt", "en", "T-shirt, striped"),
        ("T‑Shirt", "en", "T-shirt, striped"),
        ("50 mm lens", "en", "50mm lens, Vega"),
        ("50mm", "uk", "Обʼєктив 50 мм «Вега»"),
        ("eclair", "en", "Éclair moulds"),
        ("фотоапарати", "uk", "Далекомірний фотоапарат «Астра»"),
        ("сумку", "uk", "Шкіряна сумка для камери «Астра»"),
        ("об'єктивів", "uk", "Обʼєктив 50 мм «Вега»"),
        ("обєктив", "uk", "Обʼєктив 50 мм «Вега»"),
        ("комп’ютерний", "uk", "Комп'ютерний стіл"),
        ("шарфів", "uk", "Вовняні шарфи"),
        ("कैमरे", "hi", "एस्ट्रा रेंजफाइंडर कैमरा"),
        ("चमड़े बैग", "hi", "चमड़े का कैमरा बैग"),
        ("चमडे का बैग", "hi", "चमड़े का कैमरा बैग"),  # without the dot below
        ("ac 05x", "en", "50mm lens, Vega"),
        ("AC-05X", "en", "50mm lens, Vega"),
        ("camera", "uk", "Далекомірний фотоапарат «Астра»"),  # shown in the asked language, whatever was typed
    ],
)
def test_whatever_they_type(shop: Shelf, text: str, language: str, first: str):
    assert shop.titles(text, language)[:1] == [first]


@pytest.mark.parametrize(
    ("text", "first", "meant"),
    [
        ("camra", "Rangefinder camera, Astra", "camera"),
        ("wireles hedphones", "Wireless headphones", "wireless headphones"),
        ("leahter bag", "Leather camera bag, Astra", "leather bag"),
        ("rangefindr", "Rangefinder camera, Astra", "rangefinder"),
        ("сумак", "Шкіряна сумка для камери «Астра»", "сумка"),
        ("далекомирний", "Далекомірний фотоапарат «Астра»", "далекомірний"),
        ("रेंजफाइडर", "एस्ट्रा रेंजफाइंडर कैमरा", "रेंजफाइंडर"),
    ],
)
def test_mistyped_words_are_found_and_what_was_meant_is_said(shop: Shelf, text: str, first: str, meant: str):
    language = "en" if text.isascii() else "uk" if text[0] < "\u0900" else "hi"
    found = shop.index.search(Asked(text=text, language=language))
    assert (found.hits[0].title, found.did_you_mean, found.loosely) == (first, meant, True)


def test_what_was_typed_right_is_not_corrected(shop: Shelf):
    found = shop.index.search(Asked(text="camera"))
    assert (found.did_you_mean, found.loosely, found.total) == (None, False, 3)


def test_a_filter_does_not_change_what_a_word_means(shop: Shelf):
    """No camera is used: the answer is none, not what a camera might have been mistyped for."""
    asked = Asked(text="camera")
    found = shop.index.search(replace(asked, filters=replace(asked.filters, conditions=("used",))))
    assert (found.total, found.loosely) == (0, False)


def test_numbers_are_never_taken_for_mistyped_ones(shop: Shelf):
    assert shop.titles("55mm") == []


def test_one_word_too_many_still_finds_what_has_the_others(shop: Shelf):
    assert "Rangefinder camera, Astra" in shop.titles("rangefinder camera gramophone")


def test_nothing_is_nothing(shop: Shelf):
    found = shop.index.search(Asked(text="xyzzyq", facets=("brand",)))
    assert (found.total, found.hits, found.after, found.did_you_mean) == (0, (), None, None)
    assert found.facets == {"brand": ()}


@pytest.mark.parametrize(
    ("text", "language", "marked"),
    [
        ("camera bag", "en", ["camera", "bag"]),
        ("CAMERAS", "en", ["camera"]),
        ("сумку", "uk", ["сумка"]),
        ("об'єктив", "uk", ["Обʼєктив"]),
        ("बैग", "hi", ["बैग"]),
        ("leahter", "en", ["Leather"]),
        ("smartwatch", "en", ["Smart", "watch"]),
        ("lens", "en", ["lens"]),
    ],
)
def test_what_was_found_is_marked_by_its_place(shop: Shelf, text: str, language: str, marked: list[str]):
    hit = shop.index.search(Asked(text=text, language=language)).hits[0]
    assert [hit.title[start:end] for start, end in hit.highlights] == marked


def test_synonyms_find_without_anything_being_written_again(shop: Shelf):
    assert shop.titles("timepiece") == []
    tuned = Tuning(synonyms={"en": (("timepiece", "watch"), ("photo apparatus", "camera"))})
    assert [hit.title for hit in shop.index.search(Asked(text="timepiece", tuning=tuned)).hits] == ["Smart watch"]
    found = shop.index.search(Asked(text="photo apparatus", tuning=tuned))
    assert (found.hits[0].title, found.loosely) == ("Rangefinder camera, Astra", False)
    assert [hit.title[a:b] for hit in found.hits[:1] for a, b in hit.highlights] == ["camera"]


def test_what_stands_better_comes_first_among_equals_and_operators_weigh_it(shelf: Shelf):
    shelf.put(
        a_listing(1, title="Lamp", available=False),
        a_listing(2, title="Lamp", popularity=100.0),
        a_listing(3, title="Lamp", rating=5.0, ratings=500),
        a_listing(4, title="Lamp", boost=4.0),
    )

    def order(popularity: float = 1.0) -> list[int]:
        hits = shelf.index.search(Asked(text="lamp", tuning=Tuning(popularity=popularity))).hits
        return [int(hit.card.offer_id[-1]) for hit in hits]

    assert order() == [4, 2, 3, 1]
    assert order(popularity=0.0) == [4, 3, 2, 1]
    assert order(popularity=5.0) == [2, 4, 3, 1]
    assert [int(hit.card.offer_id[-1]) for hit in shelf.index.search(Asked()).hits] == [4, 2, 3, 1]
    tuned = Asked(tuning=Tuning(popularity=5.0))
    assert [int(hit.card.offer_id[-1]) for hit in shelf.index.search(tuned).hits] == [2, 4, 3, 1]


HOSTILE = [
    "wireless AND (",
    "title:*",
    '"unclosed',
    "a:b:c [1 TO",
    "*" * LONGEST,
    "?" * LONGEST,
    "~2 ~2^5",
    "-camera +bag !x",
    "((((((((((" * 20,
    "a" * LONGEST,
    "a " * (LONGEST // 2),
    " ".join(chr(97 + number % 26) * (1 + number % 3) for number in range(66)),
    "कि" * (LONGEST // 2),
    "é" * LONGEST,
    "a-" * (LONGEST // 2),
    "1a" * (LONGEST // 2),
    "<script>alert(1)</script>",
    "' OR 1=1 --",
    "\\u0000\\",
    "(a+)+$ (a|a)*b .*.*.*.*.*",
    "camera\u202egab",
    "🙂📷",
    "{}",
    '{"match_all":{}}',
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_are_only_words_and_take_no_longer(shop: Shelf, text: str):
    asked = readable(text)
    began = time.process_time()
    found = shop.index.search(Asked(text=asked, facets=("brand", "price")))
    shop.index.suggest(asked, "en")
    assert time.process_time() - began < 0.5
    assert found.total <= 10


def test_too_long_is_a_clear_refusal():
    with pytest.raises(QueryTooLong):
        readable("x" * (LONGEST + 1))
    with pytest.raises(QueryTooLong):
        readable("x" * 10_000)
    with pytest.raises(QueryTooLong):
        readable("\ufdfa " * 1_000)


def test_control_characters_are_blanks():
    assert readable("  cam\x00era\t\nbag\u202e  ") == "cam era bag"
