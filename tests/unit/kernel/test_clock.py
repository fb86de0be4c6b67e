from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from kernel import clock

NOW = datetime(2026, 5, 4, 12, 0, 0, 123456, tzinfo=UTC)


def test_now_is_aware_and_utc():
    assert clock.now().utcoffset() == timedelta(0)


def test_a_stopped_clock_moves_only_when_told_and_starts_again():
    with clock.frozen(NOW) as advance:
        assert clock.now() == clock.now() == NOW
        advance(timedelta(minutes=5))
        assert clock.now() == NOW + timedelta(minutes=5)
    assert clock.now() > NOW + timedelta(minutes=5) or clock.now() < NOW


def test_clocks_can_be_stopped_inside_each_other():
    with clock.frozen(NOW):
        with pytest.raises(LookupError), clock.frozen(NOW + timedelta(days=1)):
            raise LookupError
        assert clock.now() == NOW


def test_a_replaced_clock_holds_until_it_is_taken_back():
    clock.set_clock(lambda: NOW)
    try:
        assert clock.now() == NOW
    finally:
        clock.set_clock(None)
    assert clock.now() != NOW


def test_times_are_written_in_utc_to_the_millisecond():
    assert clock.rfc3339(NOW) == "2026-05-04T12:00:00.123Z"
    kyiv = NOW.astimezone(timezone(timedelta(hours=3)))
    assert clock.rfc3339(kyiv) == "2026-05-04T12:00:00.123Z"
    assert datetime.fromisoformat(clock.rfc3339(NOW)) == NOW.replace(microsecond=123000)


def test_seconds_since_the_epoch_are_whole():
    assert clock.epoch_s(NOW) == 1777896000


def test_on_a_laptop_time_is_as_far_ahead_as_a_file_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    file = tmp_path / "clock"
    monkeypatch.setenv("CLOCK_AHEAD_FILE", str(file))
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1), "nobody has moved it yet"
    file.write_text("864000")
    assert timedelta(days=9, hours=23) < clock.now() - datetime.now(UTC) < timedelta(days=10, hours=1)
