"""What search keeps of a listing, of a store, and of a rebuild: the truth that the index is made from."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from functions.search.model.names import RebuildId
from functions.search.model.told import Listing, OfferWithdrawn, Profile
from kernel.errors import Conflict, NotFound
from kernel.http import Answer

Heard = Listing | OfferWithdrawn


@dataclass(frozen=True, slots=True)
class Kept:
    """A listing as it was last heard of. Withdrawn, its ids stay: an older word that comes late finds the newer one.

    `revision` is raised by whatever changes what is shown of it: its own news, its stock, its store.
    """

    offer_id: str
    store_id: str
    product_id: str
    version: int = 0
    revision: int = 0
    listing: Listing | None = None  # as it is on its shelf; None: it is on none
    withdrawn_at: datetime | None = None

    @property
    def shown(self) -> bool:
        return self.listing is not None and self.withdrawn_at is None


@dataclass(frozen=True, slots=True)
class KnownStore:
    """`sequence` is that of the newest profile; `round`, of the walk that tells its listings of it."""

    store_id: str
    profile: Profile | None = None
    sequence: int = 0
    revision: int = 0
    round: int = 0
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """All that one document is made from, read after its revision."""

    kept: Kept
    store: KnownStore
    unorderable: frozenset[str] = field(default_factory=frozenset)  # variants


RebuildState = Literal["running", "done", "failed", "abandoned"]


class Rebuild(Answer):
    """All listings put into a new index while the present one answers."""

    rebuild_id: RebuildId
    state: RebuildState = "running"
    started_at: datetime
    ended_at: Annotated[datetime | None, Field(examples=[None])] = None
    documents: Annotated[int, Field(description="Written so far.", examples=[607])] = 0
    parts_done: Annotated[int, Field(examples=[3])] = 0
    parts: Annotated[int, Field(examples=[16])] = 0
    detail: Annotated[str, Field(examples=[""])] = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a rebuild: all that has the place `before`, or a higher one, is written."""

    rebuild_id: str
    shard: int
    moved_at: datetime
    before: str = ""
    documents: int = 0
    done: bool = False
    moves: int = 0  # how often it was written down: of two that did the same page at once, one is told so


class HeardMeanwhile(Conflict):
    """Something else was heard of this listing or store at the same moment."""


class RebuildRunning(Conflict):
    """The index is being rebuilt already. Wait for it, or abandon it first."""


class RebuildOver(Conflict):
    """This rebuild has ended: it can no longer be abandoned."""


class NoSuchRebuild(NotFound):
    code = NotFound.code
    title = NotFound.title
