"""The walk of the documentation, on the deployed template."""

from local.stack import Stack
from tests.e2e.page_walk import run_walk


def test_the_walk_of_the_page_about_discovery(stack: Stack):
    assert run_walk(stack, "discovery.md") == [
        *("1", "0"),  # taken, and known
        *("1", "1", "1"),  # not remembered, nobody's, so still one
        "0",
        *("1", "1", "401"),  # brought, repeated, not by a guest
        *("200", "200", "200"),
    ]
