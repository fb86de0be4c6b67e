from datetime import UTC, datetime, timedelta

import pytest

from kernel import passes

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
KEY = b"key"
GIVEN = passes.give("gst_1", NOW + timedelta(days=1), KEY)


def test_a_pass_says_whose_it_is_until_it_is_over():
    assert passes.check(GIVEN, KEY, NOW) == "gst_1"
    assert passes.check(GIVEN, KEY, NOW + timedelta(days=1)) is None


@pytest.mark.parametrize(
    "forged",
    [
        *("", ".", "..", "gst_1", "gst_1.9999999999", "gst_1.9999999999.", "gst_1.x.y", "ü.1.2"),
        GIVEN.replace("gst_1", "gst_2"),
        GIVEN.replace(".1", ".2"),
        GIVEN[:-1],
        GIVEN + "A",
        passes.give("gst_1", NOW + timedelta(days=1), b"another key"),
    ],
)
def test_a_pass_that_was_made_up_or_changed_is_nobodys(forged):
    assert passes.check(forged, KEY, NOW) is None
