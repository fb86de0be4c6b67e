"""What orders and the books keep short: rows of a usual order fit into what one write is paid by."""

import random
import zlib

import pytest

from bench.capacity import item_size
from functions.ledger.store import kept as of_ledger
from functions.orders.store import kept as of_orders
from functions.orders.store.rows import order_row, part_row, read_order, read_part
from kernel.changes import decode
from tests.builders import ordering as a

KIB = 1024
LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"


@pytest.mark.parametrize(("kept", "mark"), [(of_orders, 318404910), (of_ledger, 2238687118)])
def test_the_words_that_rows_were_written_by_are_there_for_ever(kept, mark):
    """Should this fail, put the new words before the old ones, and not into them."""
    assert zlib.adler32(kept._WORDS.encode()) == mark


def an_id(prefix, drawn):
    """As they are: of nothing that any other has."""
    return f"{prefix}_{''.join(drawn.choices(LETTERS, k=26))}"


def a_whole_order(lines):
    drawn = random.Random(lines)
    named = {"product_id": "prd", "offer_id": "ofr", "variant_id": "var"}
    things = [
        a.a_quoted_line(number, drawn.randint(100, 900_00)) | {name: an_id(of, drawn) for name, of in named.items()}
        for number in range(1, lines + 1)
    ]
    return a.an_order(*things)


@pytest.mark.parametrize("lines", [1, 2, 3, 4])
def test_an_order_of_some_lines_and_its_part_are_written_for_the_least(lines):
    kept = a_whole_order(lines)
    rows = [order_row(None, kept.order), *(part_row(None, part) for part in kept.parts)]
    for row in rows:
        assert item_size(row.request("orders", "cmt_" + "0" * 26)["Item"]) < KIB


def test_they_are_read_as_they_were_written():
    kept = a_whole_order(3)
    [order, part] = [
        decode(row.request("orders", "cmt_1")["Item"])
        for row in (order_row(None, kept.order), part_row(None, kept.parts[0]))
    ]
    assert (read_order(order), read_part(part)) == (kept.order, kept.parts[0])
