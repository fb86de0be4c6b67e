"""What is told of an offer's variants that visitors see no more."""

from functions.catalog.events import OfferChanged, OfferWithdrawn
from functions.catalog.rules.listings import changed, told_of
from kernel import ids
from tests.builders.catalog import NOON, a_product, a_variant, an_offer

BLACK, SILVER, RARE = (ids.new_id("var") for _ in range(3))


def on_sale(*variants, **said):
    return an_offer(variants=list(variants), status="active", listed=True, **said)


def test_a_variant_that_visitors_saw_and_see_no_more_is_named():
    before = on_sale(a_variant(variant_id=BLACK), a_variant(variant_id=SILVER), a_variant(variant_id=RARE))
    after = changed(
        before, NOON, variants=[before.variants[0], before.variants[1].model_copy(update={"active": False})]
    )
    told = told_of(a_product(), before, after, NOON)
    assert isinstance(told, OfferChanged)
    assert [one.variant_id for one in told.listing.variants] == [BLACK]
    assert told.listing.gone == [SILVER, RARE]


def test_what_visitors_did_not_see_is_not_named_when_it_goes():
    hidden = on_sale(a_variant(variant_id=BLACK), a_variant(variant_id=SILVER, active=False))
    told = told_of(a_product(), hidden, changed(hidden, NOON, variants=hidden.variants[:1]), NOON)
    assert isinstance(told, OfferChanged)
    assert told.listing.gone == []


def test_a_withdrawn_offer_names_the_variants_that_visitors_saw_and_what_it_was():
    before = on_sale(a_variant(variant_id=BLACK), a_variant(variant_id=SILVER, active=False), kind="digital")
    told = told_of(
        a_product(), before, changed(before, NOON, listed=False, variants=[a_variant(variant_id=RARE)]), NOON
    )
    assert isinstance(told, OfferWithdrawn)
    assert (told.variant_ids, told.kind, told.offer_version) == ([BLACK], "digital", before.version + 1)
