import json

from functions.catalog.model.listings import ATTRIBUTES_BYTES, OPTIONS_BYTES, VARIANTS_BYTES
from functions.catalog.model.offers import VARIANTS
from functions.catalog.model.products import Option
from functions.catalog.model.texts import Text
from functions.catalog.rules.batches import MAX_BYTES, MAX_PARTS, Row, batches
from functions.catalog.rules.listings import changed, listing_of, shelved, told_bytes
from kernel import ids
from kernel.events import MAX_BYTES as EVENT_BYTES
from tests.builders.catalog import CATEGORY, NOON, a_product, a_variant, an_offer


def a_row(*, variants=1, description="", known=False):
    product = a_product(product_id=ids.new_id("prd"), texts={"en": Text(title="A camera", description=description)})
    made = [a_variant(variant_id=ids.new_id("var"), sku=ids.new_id("sku")) for _ in range(variants)]
    offer = shelved(an_offer(product_id=product.product_id, offer_id=ids.new_id("ofr"), variants=made), product, [])
    if known:
        return Row(product, product, (offer, changed(offer, NOON)))
    return Row(product, None, (None, offer))


def test_thirty_new_goods_of_three_items_each_fit_one_transaction():
    rows = [a_row() for _ in range(31)]
    assert [len(batch) for batch in batches(rows, NOON)] == [30, 1]
    assert [row for batch in batches(rows, NOON) for row in batch] == rows


def test_goods_of_many_variants_come_in_smaller_batches():
    for row in (a_row(variants=80), a_row(variants=80, known=True)):
        assert row.parts() <= MAX_PARTS
        assert [len(batch) for batch in batches([row, row], NOON)] == [1, 1]


def test_what_is_told_of_a_batch_fits_one_event_however_much_is_said_of_each():
    rows = [a_row(description="ї" * 10_000) for _ in range(60)]
    for batch in batches(rows, NOON):
        listings = [listing_of(row.product, row.edit[1], NOON) for row in batch]
        assert sum(len(one.model_dump_json().encode()) for one in listings) <= MAX_BYTES < EVENT_BYTES


def test_no_goods_are_no_batch():
    assert list(batches([], NOON)) == []


def test_the_longest_listing_that_can_be_said_still_fits_an_event():
    """Each part as long as its rule allows, in letters of four bytes."""
    letter = "𝔐"
    texts = {locale: Text(title=letter * 150, description=letter * 10_000) for locale in ("en", "uk", "hi")}
    attributes = {f"a{number}": letter * 190 for number in range(10)}
    options = [Option(code="colour", values=[letter * 58 + f"{number:02}" for number in range(20)])]
    product = a_product(texts=texts, attributes=attributes, options=options)
    prices = dict.fromkeys(("EUR", "USD", "UAH", "INR", "GBP", "JPY"), 10**12)
    made = [
        a_variant(variant_id=ids.new_id("var"), options={"colour": one}, prices=prices, quantity=10**7, sku=letter * 64)
        for one in options[0].values
        for _ in range(3)
    ]
    while told_bytes(made) > VARIANTS_BYTES:
        made.pop()
    assert len(json.dumps(attributes, ensure_ascii=False).encode()) < ATTRIBUTES_BYTES
    assert len(options[0].model_dump_json().encode()) < OPTIONS_BYTES
    path = [CATEGORY] * 8
    others = [a_variant(variant_id=ids.new_id("var")) for _ in range(VARIANTS)]
    before = an_offer(variants=others, listed=True)
    listing = listing_of(product, shelved(an_offer(variants=made), product, path), NOON, before)
    assert len(listing.gone) == VARIANTS
    assert 50_000 < len(listing.model_dump_json().encode()) < EVENT_BYTES - 600  # the envelope
