from zoneinfo import available_timezones

import pytest
from pydantic import ValidationError

from functions.stores.model.hours import Closure, Hours, OpenSpan
from functions.stores.model.refusals import HoursInvalid
from functions.stores.model.time_zones import TIME_ZONES
from functions.stores.rules.hours import check_hours


def span(opens: str, closes: str, day: str = "monday") -> OpenSpan:
    return OpenSpan.model_validate({"day": day, "opens": opens, "closes": closes})


def closure(first_day: str, last_day: str) -> Closure:
    return Closure.model_validate({"first_day": first_day, "last_day": last_day})


def faults(**said) -> list[str]:
    with pytest.raises(HoursInvalid) as refused:
        check_hours(Hours(**said))
    return [fault.pointer for fault in refused.value.faults]


def test_a_week_with_a_lunch_break_and_a_holiday_makes_sense():
    week = [span("09:00", "12:00"), span("13:00", "24:00"), span("00:00", "02:00", "tuesday")]
    check_hours(Hours(timezone="Europe/Berlin", week=week, closures=[closure("2026-12-24", "2026-12-24")]))
    check_hours(Hours())


def test_a_span_ends_after_it_began():
    assert faults(week=[span("18:00", "09:00"), span("10:00", "10:00", "friday")]) == [
        "/week/0/closes",
        "/week/1/closes",
    ]


def test_spans_of_a_day_do_not_overlap_but_may_touch():
    assert faults(week=[span("09:00", "13:00"), span("13:00", "15:00"), span("12:00", "14:00")]) == ["/week/2"]
    check_hours(Hours(week=[span("09:00", "13:00"), span("12:00", "14:00", "tuesday")]))


def test_holidays_end_after_they_began():
    assert faults(closures=[closure("2027-01-02", "2026-12-24")]) == ["/closures/0/last_day"]


@pytest.mark.parametrize("moment", ["9:00", "25:00", "12:60", "24:01", "noon"])
def test_a_time_of_day_is_written_in_one_way(moment):
    with pytest.raises(ValidationError):
        span(moment, "24:00")


def test_every_time_zone_that_is_accepted_exists():
    assert TIME_ZONES - available_timezones() == set()
    assert {"UTC", "Europe/Kyiv", "Europe/Kiev", "Asia/Kolkata", "Asia/Calcutta"} <= TIME_ZONES
