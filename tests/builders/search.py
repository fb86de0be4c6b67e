"""Listings of search for tests: say what matters to the test, the rest is filled in."""
