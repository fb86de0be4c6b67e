"""When a store is open: by the week, and the days it is not."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from functions.stores.model.time_zones import TIME_ZONES
from kernel.http import Request

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
TimeOfDay = Annotated[
    str, StringConstraints(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"), Field(examples=["09:00"])
]
Note = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=200, pattern=r"^[^\x00-\x1f]*$"),
    Field(examples=["Holidays"]),
]


def _known_zone(name: str) -> str:
    if name not in TIME_ZONES:
        raise ValueError("not a time zone of the IANA database")
    return name


TimeZone = Annotated[
    str, StringConstraints(max_length=64), AfterValidator(_known_zone), Field(examples=["Europe/Berlin"])
]


class OpenSpan(Request):
    day: Weekday
    opens: TimeOfDay
    closes: Annotated[TimeOfDay, Field(examples=["18:00"])]


class Closure(Request):
    """Holidays: whole days, both of them included."""

    first_day: Annotated[date, Field(examples=["2026-12-24"])]
    last_day: Annotated[date, Field(examples=["2027-01-02"])]
    note: Note = ""


class Hours(Request):
    """A week without spans says nothing about hours: the store sells around the clock."""

    timezone: TimeZone = "UTC"
    week: Annotated[list[OpenSpan], Field(max_length=28)] = Field(default_factory=list)
    closures: Annotated[list[Closure], Field(max_length=50)] = Field(default_factory=list)
