"""Goods by the file: what is right is in, what is wrong is told, however often and in whatever pieces it is done."""

import pytest

from functions.catalog.store.goods import goods
from tests.builders import catalog as a
from tests.builders import imports as files
from tests.builders.catalog import STORE
from tests.builders.imports import a_csv, a_row


def shelf(status="active"):
    return goods().of_store(STORE, status, limit=500, cursor=None)[0]


def counted(progress):
    return tuple(progress[name] for name in ("rows", "created", "updated", "unchanged", "refused"))


def test_rows_become_goods(world):
    category = a.a_category()
    done = files.imported(world, a_csv(a_row(1, category="Cameras"), a_row(2, category=category, price="1.299,00")))
    assert (done["state"], counted(done)) == ("done", (2, 2, 0, 0, 0))
    first, second = sorted(shelf(), key=lambda offer: offer.variants[0].sku)
    assert first.listed
    assert first.card.titles == {"en": "Camera 1"}
    assert first.card.category_path == second.card.category_path == [category]
    assert (first.variants[0].prices, second.variants[0].prices) == ({"EUR": 12_50}, {"EUR": 1299_00})


def test_good_rows_are_kept_and_bad_ones_are_told_by_line_column_and_reason(world):
    done = files.imported(world, a_csv(a_row(1), a_row(2, price="cheap"), a_row(3, category="Nowhere"), a_row(1)))
    assert (done["state"], counted(done)) == ("done", (4, 1, 0, 0, 3))
    assert files.faults(done) == [
        ["3", "price:EUR", "this is not an amount such as 1299.00"],
        ["4", "category", "there is no such category"],
        ["5", "sku", "“SKU-1” stands in line 2 already"],
    ]


def test_the_same_file_again_changes_nothing(world):
    content = a_csv(a_row(1), a_row(2))
    files.imported(world, content)
    before = {offer.offer_id: offer for offer in shelf()}
    again = files.imported(world, content)
    assert counted(again) == (2, 0, 0, 2, 0)
    assert {offer.offer_id: offer for offer in shelf()} == before


def test_only_what_differs_is_written(world):
    files.imported(world, a_csv(a_row(1), a_row(2)))
    again = files.imported(world, a_csv(["SKU-2", "9.99"], header=["sku", "price:EUR"]))
    assert counted(again) == (1, 0, 1, 0, 0)
    assert {offer.variants[0].sku: offer.variants[0].prices for offer in shelf()} == {
        "SKU-1": {"EUR": 12_50},
        "SKU-2": {"EUR": 9_99},
    }
