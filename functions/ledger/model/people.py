"""What the ledger has heard of people: who is in finance, who works where, who is gone."""

from dataclasses import dataclass, field
from datetime import datetime

from kernel.errors import Conflict, NotFound
from kernel.events import Seen


@dataclass(frozen=True, slots=True)
class Place:
    """Somebody's place in one store. `left_at` stays: who left after something began was there when it did."""

    works: bool = False
    left_at: datetime | None = None
    sequence: int | None = None  # of the news that said so


@dataclass(frozen=True, slots=True)
class Person:
    """Of someone nobody told of, everything is as if they had no rights."""

    person_id: str
    roles: frozenset[str] = frozenset()
    erased: bool = False
    place: Place = field(default_factory=Place)
    sequence: int | None = None

    @property
    def known(self) -> bool:
        return self.sequence is not None and not self.erased


class NoSuchPerson(NotFound):
    """There is no such person, or there is none any more."""


class RightsChanged(Conflict):
    """What somebody may do has changed at this moment. Read it again, then decide."""


class OlderNews(Conflict):
    """Something newer was heard already."""


# News of other domains


class UserRegistered(Seen):
    user_id: str
    roles: list[str]


class RolesChanged(Seen):
    user_id: str
    roles: list[str]


class StaffJoined(Seen):
    store_id: str
    user_id: str


class StaffLeft(Seen):
    store_id: str
    user_id: str
