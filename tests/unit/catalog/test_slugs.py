import re

import pytest
from hypothesis import given
from hypothesis import strategies as some

from functions.catalog.rules import slugs
from kernel import ids

PRODUCT = "prd_01k6m2q8vx4c7e9r1t3y5w7zab"


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Leica M3, Serviced!", "leica-m3-serviced"),
        ("Фотоапарат «Київ-4»", "fotoaparat-kyiv-4"),
        ("Об\u2019єктив їжака", "obiektyv-izhaka"),
        ("कैमरा", "kaimaraa"),
        ("Crème brûlée", "creme-brulee"),
        ("日本", "item"),
        ("---", "item"),
        ("word " * 40, "-".join(["word"] * 16)),
        ("x" * 200, "x" * 80),
    ],
)
def test_a_title_becomes_an_address_in_small_latin_letters(title, slug):
    assert slugs.slug_of(title) == slug


@given(some.text())
def test_whatever_the_title_the_address_can_be_written_in_one(title):
    slug = slugs.slug_of(title)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)
    assert len(slug) <= slugs.LONGEST
    address = slugs.address(slug, PRODUCT)
    assert (slugs.product_id_in(address), slugs.slug_in(address)) == (PRODUCT, slug)


def test_an_id_alone_has_no_slug_that_could_be_an_old_one():
    for address in (PRODUCT, PRODUCT[4:]):
        assert (slugs.product_id_in(address), slugs.slug_in(address)) == (PRODUCT, None)
    assert len(PRODUCT) == ids.LENGTH + 4
