import pytest

from tests.builders.listed import a_listed_store, a_listing, an_id
from tests.contract.search.conftest import Shelf

RANGEFINDER = {"en": "Rangefinder camera", "uk": "Далекомірний фотоапарат", "hi": "रेंजफाइंडर कैमरा"}


@pytest.fixture
def shop(shelf: Shelf) -> Shelf:
    goods = [
        ({"en": "Leather camera bag", "uk": "Шкіряна сумка для камери"}, "cat_bags", "Astra", 10.0),
        ({"en": "Leather wallet", "uk": "Шкіряний гаманець"}, "cat_bags", "Leander", 500.0),
        ({"en": "Canvas camera bag"}, "cat_bags", "Vega", 1.0),
        (
            {"en": "Rangefinder camera", "uk": "Далекомірний фотоапарат", "hi": "रेंजफाइंडर कैमरा"},
            "cat_cameras",
            "Astra",
            50.0,
        ),
        ({"en": "SLR camera"}, "cat_cameras", "Lumen", 40.0),
        ({"en": "Wool scarf"}, "cat_scarves", "", 0.0),
        ({"en": "Wireless headphones"}, "cat_audio", "", 0.0),
    ]
    shelf.put(
        *(
            a_listing(number, titles=titles, category_path=("cat_all", category), brand=brand, popularity=popularity)
            for number, (titles, category, brand, popularity) in enumerate(goods)
        ),
        a_listing(50, product_id=an_id("prd", 3), title="Rangefinder camera", category_path=("cat_all", "cat_cameras")),
    )
    shelf.put_stores([a_listed_store(1, name="Leading Lights")])
    return shelf


def test_the_word_that_is_being_typed_is_ended(shop: Shelf):
    said = shop.index.suggest("lea", "en")
    assert said.queries[:1] == ("leather",)
    assert {"leather wallet", "leather camera bag"} <= set(said.queries)
    assert [hit.title for hit in said.hits] == ["Leather wallet", "Leather camera bag"]  # what more people want first
    assert [hit.title[start:end] for hit in said.hits for start, end in hit.highlights] == ["Leather", "Leather"]
    assert said.brands == ("Leander",)
    assert [store.name for store in said.stores] == ["Leading Lights"]


def test_words_before_it_count(shop: Shelf):
    assert shop.index.suggest("leather cam", "en").queries[0] == "leather camera"
    assert [hit.title for hit in shop.index.suggest("leather cam", "en").hits] == ["Leather camera bag"]


def test_in_the_language_asked_whatever_was_typed(shop: Shelf):
    assert shop.index.suggest("шкір", "uk").queries[0] in ("шкіряна", "шкіряний")
    assert shop.index.suggest("фото", "uk").queries == ("фотоапарат",)
    assert [hit.title for hit in shop.index.suggest("rangef", "uk").hits] == ["Далекомірний фотоапарат"]
    assert shop.index.suggest("कै", "hi").queries == ("कैमरा",)


def test_a_mistyped_beginning(shop: Shelf):
    assert shop.index.suggest("hedph", "en").queries == ("headphones",)
    assert shop.index.suggest("lether cam", "en").hits[0].title == "Leather camera bag"


def test_each_product_once_and_no_more_than_asked(shop: Shelf):
    assert [hit.title for hit in shop.index.suggest("rangefinder", "en").hits] == ["Rangefinder camera"]
    said = shop.index.suggest("l", "en", limit=1)
    assert (len(said.hits), len(said.queries)) == (1, 1)


@pytest.mark.parametrize("text", ["", "   ", "!!!", "zzzzzz"])
def test_nothing_to_suggest(shop: Shelf, text: str):
    said = shop.index.suggest(text, "en")
    assert (said.queries, said.hits, said.brands) == ((), (), ())


def test_similar_goods_are_of_the_same_kind_and_other_products(shop: Shelf):
    found = shop.index.similar(an_id("prd", 0), "en")
    assert found[0].title == "Canvas camera bag"
    assert an_id("prd", 0) not in [hit.card.product_id for hit in found]
    products = [hit.card.product_id for hit in shop.index.similar(an_id("prd", 4), "en")]
    assert products[0] == an_id("prd", 3)
    assert len(products) == len(set(products))
    assert shop.index.similar("prd_unknown", "en") == ()
    assert len(shop.index.similar(an_id("prd", 0), "en", limit=1)) == 1


def test_cards_of_products_are_those_to_show_first(shop: Shelf):
    wanted = [an_id("prd", 5), "prd_unknown", an_id("prd", 3)]
    found = shop.index.cards(wanted, "uk")
    assert [hit.card.product_id for hit in found] == [an_id("prd", 5), an_id("prd", 3)]
    assert (found[1].title, found[1].card.offer_id) == ("Далекомірний фотоапарат", an_id("ofr", 3))
    shop.put(a_listing(3, revision=2, product_id=an_id("prd", 3), title="Sold", available=False))
    assert shop.index.cards([an_id("prd", 3)], "en")[0].card.offer_id == an_id("ofr", 50)
