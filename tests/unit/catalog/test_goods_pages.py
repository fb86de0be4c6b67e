import pytest

from functions.catalog.model.offers import ScheduledPrice
from functions.catalog.model.pages import SoldOffer, SoldVariant
from functions.catalog.model.products import NoSuchProduct
from functions.catalog.model.texts import Text
from functions.catalog.rules import pages
from functions.catalog.rules.listings import shelved
from kernel import ids
from tests.builders.catalog import CATEGORY, NOON, a_product, a_variant, an_offer


def placed(**said):
    return shelved(an_offer(**said), a_product(), [CATEGORY])


def tiles(*offers):
    return [(one.product_id, one.store_id, pages.tile(one)) for one in offers]


def test_nothing_that_is_the_stores_alone_is_in_what_visitors_see():
    assert not {"cost", "quantity", "lows", "scheduled", "active"} & SoldVariant.model_fields.keys()
    assert not {"status", "hidden", "card"} & SoldOffer.model_fields.keys()


def test_visitors_see_active_variants_of_listed_offers():
    off = a_variant(variant_id=ids.new_id("var"), active=False)
    page = pages.page(a_product(), [placed(variants=[a_variant(), off]), placed(status="draft")], None, NOON)
    assert [len(one.variants) for one in page.offers] == [1]


@pytest.mark.parametrize(
    ("product", "offers"),
    [
        (None, []),
        (a_product(status="draft"), [placed()]),
        (a_product(status="archived", store_id=None), []),
        (a_product(), []),
        (a_product(), [placed(hidden=True)]),
    ],
)
def test_what_is_not_shown_is_as_good_as_missing(product, offers):
    with pytest.raises(NoSuchProduct):
        pages.page(product, offers, None, NOON)


def test_a_list_shows_the_lowest_price_of_the_moment_in_each_currency():
    sale = ScheduledPrice(starts_at=NOON, ends_at=NOON.replace(hour=13), prices={"EUR": 80_00})
    offers = [
        placed(variants=[a_variant(prices={"EUR": 100_00, "USD": 90_00}, scheduled=[sale])]),
        placed(condition="used", variants=[a_variant(prices={"EUR": 95_00})]),
    ]
    [shown] = pages.shown(tiles(*offers), NOON)
    assert (shown.prices, shown.conditions) == ({"EUR": 80_00, "USD": 90_00}, ["new", "used"])
    [later] = pages.shown(tiles(*offers), NOON.replace(hour=14))
    assert later.prices == {"EUR": 95_00, "USD": 90_00}


def test_a_comparison_is_shown_where_it_is_plain_what_is_compared():
    [one] = pages.shown(tiles(placed(variants=[a_variant(compare_at={"EUR": 200_00})])), NOON)
    assert one.compare_at == {"EUR": 200_00}
    two = [a_variant(compare_at={"EUR": 200_00}), a_variant(variant_id=ids.new_id("var"))]
    [several] = pages.shown(tiles(placed(variants=two)), NOON)
    assert several.compare_at == {}


def test_a_tile_tells_once_what_several_variants_cost_alike():
    sizes = [a_variant(variant_id=ids.new_id("var")) for _ in range(6)]
    dearer = a_variant(variant_id=ids.new_id("var"), prices={"EUR": 150_00})
    off = a_variant(variant_id=ids.new_id("var"), prices={"EUR": 1}, active=False)
    tile = pages.tile(placed(variants=[*sizes, dearer, off]))
    assert (tile.variants, [one.prices for one in tile.prices]) == (7, [{"EUR": 129_00}, {"EUR": 150_00}])


def test_of_offers_of_one_product_a_list_shows_its_newest_title():
    product = a_product(version=2, texts={"en": Text(title="Leica M3, serviced")})
    newer, older = shelved(an_offer(), product, [CATEGORY]), placed(offer_id=ids.new_id("ofr"), version=9)
    [shown] = pages.shown(tiles(older, newer), NOON)
    assert shown.titles == {"en": "Leica M3, serviced"}
