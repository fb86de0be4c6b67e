"""Opening hours: what makes sense together."""

from collections.abc import Iterator, Sequence

from functions.stores.model.hours import Closure, Hours, OpenSpan
from functions.stores.model.refusals import HoursInvalid
from kernel.errors import Fault


def check_hours(hours: Hours) -> None:
    faults = [*_week_faults(hours.week), *_closure_faults(hours.closures)]
    if faults:
        raise HoursInvalid(faults=faults)


def _week_faults(week: Sequence[OpenSpan]) -> Iterator[Fault]:
    """Times are written with leading zeros, so they compare as text. Past midnight is the next day's span."""
    seen: list[OpenSpan] = []
    for place, span in enumerate(week):
        if span.opens >= span.closes:
            yield Fault(f"/week/{place}/closes", "not after opens; what goes on past midnight is the next day's span")
        if any(one.day == span.day and one.opens < span.closes and span.opens < one.closes for one in seen):
            yield Fault(f"/week/{place}", f"overlaps another span of {span.day}")
        seen.append(span)


def _closure_faults(closures: Sequence[Closure]) -> Iterator[Fault]:
    for place, closure in enumerate(closures):
        if closure.first_day > closure.last_day:
            yield Fault(f"/closures/{place}/last_day", "before first_day")
