"""Documents of an index for tests: single ones, and a shelf of many that differ in all they can be found by."""

import random
from collections.abc import Mapping
from typing import Any

from functions.search.model.documents import AttributeValue, Card, Document, Place, StoreCard, StoreDocument

KYIV, BERLIN, DELHI = (50.45, 30.52), (52.53, 13.4), (28.61, 77.21)

_NOUNS = {
    "en": ("camera", "lens", "lamp", "mug", "scarf", "bicycle", "record player", "notebook"),
    "uk": ("фотоапарат", "обʼєктив", "лампа", "чашка", "шарф", "велосипед", "програвач", "зошит"),
    "hi": ("कैमरा", "लेंस", "दीपक", "मग", "दुपट्टा", "साइकिल", "प्लेयर", "नोटबुक"),
}
_ADJECTIVES = {
    "en": ("red", "leather", "wooden", "vintage", "small", "waterproof"),
    "uk": ("червоний", "шкіряний", "деревʼяний", "старовинний", "малий", "водостійкий"),
    "hi": ("लाल", "चमड़े का", "लकड़ी का", "पुराना", "छोटा", "जलरोधी"),
}
_NAMES = ("Astra", "Lumen", "Orbit", "Polar", "Vega", "Kvitka", "Surya", "Norrsken")
_COLOURS = ("Red", "Black", "Midnight blue", "Olive")


def an_id(kind: str, number: int) -> str:
    return f"{kind}_{number:026d}"


def a_listing(number: int = 1, *, revision: int = 1, shown: bool = True, **said: Any) -> Document:
    """`said`: fields of the card or of the document; a `title` is an English one."""
    titles = said.pop("titles", None) or {"en": said.pop("title", "Something")}
    attributes: Mapping[str, AttributeValue] = said.pop("attributes", {})
    of_document = {name: said.pop(name) for name in (*_OF_DOCUMENT,) if name in said}
    card: dict[str, Any] = {
        "offer_id": an_id("ofr", number),
        "product_id": an_id("prd", number),
        "store_id": an_id("sto", 1),
        "slug": "something",
        "language": next(iter(titles)),
        "titles": titles,
        "prices": {"EUR": 1000},
    }
    return Document(revision=revision, shown=shown, card=Card(**card | said), attributes=attributes, **of_document)


_OF_DOCUMENT = ("descriptions", "codes", "listed_at", "popularity", "boost", "place")


def a_listed_store(number: int = 1, *, revision: int = 1, shown: bool = True, **said: Any) -> StoreDocument:
    categories = said.pop("categories", ())
    card: dict[str, Any] = {"store_id": an_id("sto", number), "slug": f"store-{number}", "name": f"Store {number}"}
    return StoreDocument(revision=revision, shown=shown, card=StoreCard(**card | said), categories=categories)


def a_shelf(count: int, seed: int = 1) -> list[Document]:
    """Goods of 12 stores at three places, in three currencies and languages; some unrated, some sold out."""
    chance = random.Random(seed)
    return [_any_listing(number, chance) for number in range(count)]


def its_stores() -> list[StoreDocument]:
    return [
        a_listed_store(
            number,
            name=f"{_NAMES[number % 8]} {('Goods', 'Крамниця', 'भंडार')[number % 3]}",
            verified=_verified(number),
            rating=None if number % 5 == 0 else 3 + number % 4 / 2,
            ratings=number * 10,
            country=("UA", "DE", "IN")[number % 3],
            place=place_of(number),
            categories=("cat_root", f"cat_{number % 3}"),
        )
        for number in range(12)
    ]


def place_of(store: int) -> Place | None:
    """Every fourth does not say."""
    latitude, longitude = (KYIV, BERLIN, DELHI)[store % 3]
    return None if store % 4 == 3 else (round(latitude + store * 0.05, 2), round(longitude - store * 0.03, 2))


def _verified(store: int) -> bool:
    return store % 2 == 0


def _any_listing(number: int, chance: random.Random) -> Document:
    noun, adjective, name = chance.randrange(8), chance.randrange(6), chance.choice(_NAMES)
    languages = chance.choice((("en",), ("uk",), ("hi",), ("en", "uk"), ("en", "uk", "hi")))
    titles = {spoken: f"{_ADJECTIVES[spoken][adjective]} {_NOUNS[spoken][noun]}, {name}" for spoken in languages}
    branch, leaf, store = noun % 3, noun, chance.randrange(12)
    currencies = chance.choice((("EUR",), ("EUR", "UAH"), ("INR",), ("UAH",)))
    return a_listing(
        number,
        revision=chance.randint(1, 9),
        titles=titles,
        product_id=an_id("prd", number // 2),
        store_id=an_id("sto", store),
        store_name=f"Store {store}",
        store_verified=_verified(store),
        category_path=("cat_root", f"cat_{branch}", f"cat_{branch}_{leaf}"),
        brand=chance.choice((*_NAMES, "")),
        condition=chance.choice(("new", "new", "new", "used", "refurbished")),
        prices={
            currency: chance.choice((990, 1990, 1990, 4990, chance.randint(100, 90_000))) for currency in currencies
        },
        available=chance.random() < 0.8,
        rating=None if chance.random() < 0.3 else round(chance.uniform(1, 5), 2),
        ratings=chance.randint(0, 200),
        attributes={
            "colour": chance.choice(_COLOURS),
            "boxed": chance.random() < 0.5,
            "weight_g": chance.randint(1, 5),
        },
        descriptions={languages[0]: f"{name} {chance.choice(_ADJECTIVES[languages[0]])}"},
        listed_at=1_700_000_000 + chance.randint(0, 500),
        popularity=float(chance.randint(0, 300)),
        place=place_of(store),
        codes=(f"SKU-{number:04}",),
    )
