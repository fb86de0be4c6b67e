"""From a paid order to the sellers' money, on the deployed template: by HTTP, by the demo, and as the page says."""

from local.demo.sale.__main__ import run
from local.stack import Stack
from tests.e2e.fulfilling_walk import walk_fulfilling
from tests.e2e.page_walk import run_walk
from tests.e2e.returning_walk import walk_returning
from tests.e2e.strandings_walk import walk_strandings
from tests.e2e.walk import Person


def test_a_part_is_packed_sent_received_cancelled_kept_back_and_settled(stack: Stack):
    walk_fulfilling(Person(stack))


def test_what_comes_back_is_paid_back_exchanged_or_kept(stack: Stack):
    walk_returning(Person(stack))


def test_whatever_stands_still_is_set_going_or_decided(stack: Stack):
    walk_strandings(Person(stack))


def test_the_demo_ends_with_every_figure_right(stack: Stack):
    assert run(stack.url) == 0


def test_fulfilment_does_what_its_page_says(stack: Stack):
    assert run_walk(stack, "fulfilment.md") == [
        *("processing", "409", "processing", "sent", "shipped"),
        *("delivered", "delivered"),
        *("approved", "sent", "received", "inspected", "2000"),
        *("completed", "sale_released"),
        *("200", "200", "403"),
    ]
