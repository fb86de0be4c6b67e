"""What a person wants to be told, and how."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from kernel.errors import Conflict
from kernel.http import Answer, Request

Topic = Literal["messages", "offers", "orders", "stores"]


def _each_once(topics: list[Topic]) -> list[Topic]:
    return sorted(set(topics))


Topics = Annotated[list[Topic], AfterValidator(_each_once), Field(max_length=4, examples=[["messages", "orders"]])]
TimeOfDay = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$"), Field(examples=["22:00"])]
TimeZone = Annotated[
    str,
    StringConstraints(max_length=64, pattern=r"^[A-Za-z_]+(/[A-Za-z0-9_+\-]+){0,2}$"),
    Field(examples=["Europe/Berlin"]),
]
Digest = Literal["never", "daily", "weekly"]


class QuietHours(Request):
    """Nothing that can wait is sent between these times of the person's own day."""

    begin: TimeOfDay
    end: Annotated[TimeOfDay, Field(examples=["07:00"])]


class PreferencesChange(Request):
    email: Topics | None = None
    sms: Topics | None = None
    push: Topics | None = None
    digest: Digest | None = None
    time_zone: TimeZone | None = None
    quiet_hours: QuietHours | None = None


class Preferences(Answer):
    """Offers are off until they are asked for; news of one's own orders is on."""

    email: Topics = Field(default=["messages", "orders", "stores"])
    sms: Topics = Field(default=["orders"])
    push: Topics = Field(default=["messages", "orders"])
    digest: Digest = "never"
    time_zone: TimeZone = "UTC"
    quiet_hours: QuietHours | None = None
    version: Annotated[int, Field(examples=[2])] = 1


class PreferencesMoved(Conflict):
    """The preferences were changed in the meantime. Read them again, then repeat the edit."""
