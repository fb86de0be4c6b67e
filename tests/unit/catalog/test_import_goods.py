"""What becomes of rows: goods that are made, goods that change, goods that stay; and what is refused, and why."""

import itertools
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.catalog.model.categories import Attribute, Category, Choice, PriceLimit
from functions.catalog.model.offers import Offer, Variant
from functions.catalog.model.products import Option, Product
from functions.catalog.model.texts import Remark, Text
from functions.catalog.rules.imports.cells import plain
from functions.catalog.rules.imports.chunks import RawRow
from functions.catalog.rules.imports.columns import columns_of
from functions.catalog.rules.imports.export import header, rows
from functions.catalog.rules.imports.goods import Setting, decide
from functions.catalog.rules.imports.rows import groups_of, rows_of
from functions.catalog.rules.imports.sorting import Sorting
from functions.catalog.rules.listings import shelved
from functions.catalog.rules.slugs import slug_of
from functions.catalog.rules.tree import Tree
from functions.catalog.rules.variants import variant_id_of

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
STORE, ROOT, LEAF, OTHER = f"sto_{'0' * 26}", f"cat_{'0' * 26}", f"cat_{'0' * 25}1", f"cat_{'0' * 25}2"
PRODUCT, OFFER = f"prd_{'0' * 26}", f"ofr_{'0' * 26}"
ATTRIBUTES = [
    Attribute(
        code="material", kind="choice", choices=[Choice(value="Wood", labels={"uk": "Дерево"}), Choice(value="Tin")]
    ),
    Attribute(code="uses", kind="choices", choices=[Choice(value="Indoors"), Choice(value="Outdoors")]),
    Attribute(code="weight", kind="number", minimum=0, maximum=100),
    Attribute(code="boxed", kind="flag"),
    Attribute(code="note"),
]
TREE = Tree(
    {
        ROOT: Category(category_id=ROOT, names={"en": "Home", "uk": "Дім"}, attributes=ATTRIBUTES),
        LEAF: Category(
            category_id=LEAF,
            parent_id=ROOT,
            names={"en": "Knives"},
            price_limits={"EUR": PriceLimit(floor=100, ceiling=90_000)},
        ),
        OTHER: Category(category_id=OTHER, names={"en": "knives"}),
    }
)
SORTING = Sorting(TREE, {})


def done(headers, *cells, known=None, named=None, stock="opening"):
    columns = columns_of(headers, {}, "EUR")
    numbers = itertools.count()
    setting = Setting(STORE, columns, SORTING, stock, False, NOON, lambda prefix: f"{prefix}_{next(numbers):026d}")
    read = rows_of([RawRow(line, list(row)) for line, row in enumerate(cells, 2)], columns)
    places = {sku: offer.offer_id for sku, (_, offer) in (known or {}).items()}
    return [one for group in groups_of(read, places) for one in decide(group, known or {}, named, setting)]


def faults(headers, *cells, **options):
    return [
        (one.line, one.column, one.reason) for outcome in done(headers, *cells, **options) for one in outcome.faults
    ]


HEADERS = ["sku", "title", "category", "price", "status"]


def test_a_row_is_a_product_and_its_offer():
    [outcome] = done(HEADERS, ["1", "Bread knife", "Home > Knives", "12.50", "active"])
    goods = outcome.goods
    assert (outcome.created, goods.product_was, goods.edit[0]) == ([2], None, None)
    assert (goods.product.store_id, goods.product.slug, goods.product.category_id) == (STORE, "bread-knife", LEAF)
    offer = goods.edit[1]
    assert (offer.listed, offer.card.category_path, offer.variants[0].prices) == (True, [ROOT, LEAF], {"EUR": 12_50})


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (["", "A", "", "1", ""], "sku", "every row needs a SKU"),
        (["x" * 65, "A", "", "1", ""], "sku", "64 characters"),
        (["1", "", "", "1", ""], "title", "needs a title"),
        (["1", "A" * 151, "", "1", ""], "title", "at most 150"),
        (["1", "A", "Nowhere", "1", ""], "category", "no such category"),
        (["1", "A", "knives", "1", ""], "category", "several categories"),
        (["1", "A", "", "dear", ""], "price", "not an amount"),
        (["1", "A", "", "", "active"], "price", "what is sold has a price"),
        (["1", "A", LEAF, "0.99", ""], "price", "the least that may be asked is 1.00 EUR"),
        (["1", "A", LEAF, "901", ""], "price", "the most that may be asked is 900.00 EUR"),
        (["1", "A", "", "1", "sold"], "status", "none of draft, active, archived"),
    ],
)
def test_what_is_wrong_is_told_with_its_column(row, column, reason):
    [(line, at, why)] = faults(HEADERS, row)
    assert (line, at) == (2, column)
    assert reason in why


def test_everything_wrong_with_a_row_is_told_at_once():
    assert [column for _, column, _ in faults(HEADERS, ["", "A", "", "x", "y"])] == ["price", "status", "sku"]


@pytest.mark.parametrize(
    ("code", "text", "reason"),
    [
        ("material", "gold", "none of Wood, Tin"),
        ("weight", "heavy", "not a number"),
        ("weight", "101", "the most is 100"),
        ("boxed", "maybe", "yes or no"),
        ("colour", "red", "no such attribute"),
    ],
)
def test_attributes_are_what_the_category_asks_for(code, text, reason):
    header_ = f"attribute:{code}"
    [(_, column, why)] = faults(["sku", "title", "category", header_], ["1", "A", LEAF, text])
    assert (column, reason in why) == (header_, True)


def test_attributes_are_read_in_the_words_of_the_category():
    headers = [
        "sku",
        "title",
        "category",
        "attribute:material",
        "attribute:uses",
        "attribute:weight",
        "attribute:boxed",
    ]
    [outcome] = done(headers, ["1", "A", "Дім > Knives", "дерево", "outdoors | INDOORS", "1,5", "так"])
    told = {"material": "Wood", "uses": ["Outdoors", "Indoors"], "weight": 1.5, "boxed": True}
    assert outcome.goods.product.attributes == told


VARIANTS = ["sku", "product", "title", "price", "option:size", "option:colour"]


def test_a_wrong_variant_leaves_the_others():
    outcomes = done(
        VARIANTS,
        ["s", "shirt", "Shirt", "10", "S", "red"],
        ["m", "shirt", "", "x", "M", "red"],
        ["l", "shirt", "", "12", "S", "red"],
        ["n", "shirt", "", "12", "", "red"],
        ["o", "shirt", "Trousers", "12", "L", "red"],
    )
    [made] = [one for one in outcomes if one.goods]
    assert made.created == [2]
    told = {fault.line: (fault.column, fault.reason) for one in outcomes for fault in one.faults}
    assert told == {
        3: ("price", "this is not an amount such as 1299.00"),
        4: ("option:size", "another variant of this product has these options"),
        5: ("option:size", "a variant has one value for each of: size, colour"),
        6: ("title", "the rows of one product say the same, and line 2 other"),
    }


def test_what_a_file_has_no_column_for_stays_as_it_is():
    product, offer = goods()
    [outcome] = done(["sku", "price:EUR"], ["SKU-1", "7"], known={"SKU-1": (product, offer)})
    after = outcome.goods.edit[1]
    assert (outcome.updated, outcome.goods.product) == ([2], product)
    assert after.variants[0].prices == {"EUR": 7_00, "USD": 9_00}
    assert (after.variants[0].cost, after.remarks, after.variants[0].lows[0].prices) == (
        {"EUR": 1},
        offer.remarks,
        {"EUR": 8_00, "USD": 9_00},
    )


def test_an_empty_cell_takes_away_what_was_there():
    product, offer = goods()
    row = ["SKU-1", "", "", ""]
    [outcome] = done(["sku", "price:USD", "description:en", "attribute:note"], row, known={"SKU-1": (product, offer)})
    assert outcome.goods.edit[1].variants[0].prices == {"EUR": 8_00}
    assert outcome.goods.product.texts["en"].description == ""
    assert outcome.goods.product.attributes == {"material": "Tin"}


def test_the_options_of_a_variant_never_change():
    product, offer = goods(options=[Option(code="size", values=["S", "M"])], chosen={"size": "S"})
    [(_, column, why)] = faults(["sku", "option:size"], ["SKU-1", "M"], known={"SKU-1": (product, offer)})
    assert (column, "cannot change" in why) == ("option:size", True)


def test_a_global_product_is_not_a_stores_to_change():
    product, offer = goods(store_id=None)
    known = {"SKU-1": (product, offer)}
    [(_, column, why)] = faults(["sku", "title:en", "price:EUR"], ["SKU-1", "Mine", "5"], known=known)
    assert (column, "global database" in why) == ("title:en", True)
    [outcome] = done(["sku", "title:en", "price:EUR"], ["SKU-1", product.texts["en"].title, "5"], known=known)
    assert (outcome.updated, outcome.goods.product is product) == ([2], True)


def test_skus_of_one_offer_are_one_change_however_far_apart_their_rows_are():
    options = [Option(code="size", values=["S", "M"])]
    product, offer = goods(options=options, chosen={"size": "S"})
    second = Variant(variant_id=f"var_{'2' * 26}", sku="SKU-2", options={"size": "M"}, prices={"EUR": 8_00})
    offer = offer.model_copy(update={"variants": [*offer.variants, second]})
    known = {"SKU-1": (product, offer), "SKU-2": (product, offer)}
    outcomes = done(
        ["sku", "title:en", "price:EUR"], ["SKU-1", "", "5"], ["new", "Else", "5"], ["SKU-2", "", "6"], known=known
    )
    assert [(one.created, one.updated) for one in outcomes if one.goods] == [([], [2, 4]), ([3], [])]


def goods(store_id=STORE, options=(), chosen=None, **said):
    product = Product(
        product_id=PRODUCT,
        store_id=store_id,
        status="active",
        texts={"en": Text(title="Knife", description="Sharp.")},
        slug="knife",
        category_id=LEAF,
        attributes={"material": "Tin", "note": "Old"},
        options=list(options),
        created_at=NOON,
        updated_at=NOON,
    )
    variant = Variant(
        variant_id=variant_id_of(OFFER, chosen or {}),
        sku="SKU-1",
        options=chosen or {},
        prices={"EUR": 8_00, "USD": 9_00},
        cost={"EUR": 1},
    )
    fields: dict[str, Any] = {
        "offer_id": OFFER,
        "product_id": PRODUCT,
        "store_id": STORE,
        "status": "active",
        "variants": [variant],
    }
    fields |= {"remarks": {"en": Remark(description="A scratch.")}, "created_at": NOON, "updated_at": NOON}
    return product, shelved(Offer(**fields | said), product, TREE.path(LEAF))


# Out and in again

said = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp"]), min_size=1, max_size=12)
prices = st.dictionaries(
    st.sampled_from(["EUR", "JPY", "KWD", "UAH"]), st.integers(100, 9_000).map(lambda n: n * 10), max_size=3
)
locales = st.sampled_from(["en", "uk", "hi"])


@st.composite
def any_goods(draw):
    texts = draw(st.dictionaries(locales, st.builds(Text, title=said, description=said | st.just("")), min_size=1))
    language = draw(st.sampled_from(sorted(texts)))
    sizes = draw(st.lists(said, unique=True, max_size=4))
    note = {"note": draw(said)} if draw(st.booleans()) else {}
    options = [Option(code="size", values=sizes)] if sizes else []
    product = Product(
        product_id=PRODUCT,
        store_id=draw(st.sampled_from([STORE, None])),
        status=(status := draw(st.sampled_from(["draft", "archived"]))),
        language=language,
        texts=texts,
        slug=draw(st.sampled_from([slug_of((texts.get("en") or texts[language]).title), "chosen-by-hand"])),
        category_id=draw(st.sampled_from([None, LEAF, ROOT, OTHER])),
        brand=draw(said | st.just("")),
        options=options,
        created_at=NOON,
        updated_at=NOON,
    )
    if product.category_id in (ROOT, LEAF):
        weight = draw(st.floats(0, 100).map(lambda value: round(value, 3)) | st.integers(0, 100))
        product = product.model_copy(
            update={"attributes": {"weight": weight, "uses": ["Outdoors"], "boxed": draw(st.booleans()), **note}}
        )
    variants = [
        Variant(
            variant_id=variant_id_of(OFFER, {"size": size} if size else {}),
            sku=f"{draw(said)}{place}",
            options={"size": size} if size else {},
            prices=draw(prices),
            cost=draw(prices),
            weight_g=draw(st.none() | st.integers(0, 10**6)),
            barcode=draw(st.none() | st.from_regex(r"[0-9]{8,14}", fullmatch=True)),
            active=draw(st.booleans()),
        )
        for place, size in enumerate(sizes or [None])
    ]
    offer = Offer(
        offer_id=OFFER,
        product_id=PRODUCT,
        store_id=STORE,
        status=status,
        condition=draw(st.sampled_from(["new", "used"])),
        remarks=draw(st.dictionaries(locales, st.builds(Remark, description=said))),
        takes_proposals=draw(st.booleans()),
        variants=variants,
        created_at=NOON,
        updated_at=NOON,
    )
    return product, shelved(offer, product, TREE.path(product.category_id))


@given(any_goods())
def test_goods_that_go_out_and_come_in_again_are_the_same(made):
    product, offer = made
    out = list(rows(product, offer, SORTING))
    names = header({name for cells in out for name in cells})
    cells = [[plain(one.get(name, "")) for name in names] for one in out]
    known = {one.sku: (product, offer) for one in offer.variants}
    if any(minor < 100 or minor > 90_000 for one in offer.variants for minor in one.prices.values()):
        return
    [outcome] = done(names, *cells, known=known)
    assert (outcome.faults, outcome.goods) == ([], None)
    assert len(outcome.unchanged) == len(offer.variants)
