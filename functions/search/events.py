"""What search tells itself, a page of work at a time, and what it tells of operators. Ids and facts only."""

from typing import Annotated

from pydantic import Field

from functions.search.model.names import RebuildId, StoreId, UserId
from kernel.events import Data

Before = Annotated[str, Field(examples=[""], description="What has this id or a higher one is done.")]


class StoreToRefresh(Data):
    """What is shown of a store is different: its listings are to say so too, a page at a time."""

    store_id: StoreId
    round: Annotated[int, Field(ge=1, examples=[1], description="A later round takes the place of an earlier one.")]
    before: Before = ""


class RebuildStarted(Data):
    """All listings are to be put into a new index, while the present one goes on answering."""

    rebuild_id: RebuildId


class RebuildShard(Data):
    """A part of all listings is to be put into the new index, from a place on."""

    rebuild_id: RebuildId
    shard: Annotated[int, Field(ge=0, examples=[0])]
    before: Before = ""


class RebuildAbandoned(Data):
    """A rebuild came to nothing: what it has filled is to be forgotten."""

    rebuild_id: RebuildId


class OperatorActed(Data):
    """The track of an operator: who did what to search."""

    operator_id: UserId
    action: Annotated[str, Field(examples=["change_search_settings"])]
    subject: Annotated[str, Field(examples=["settings"])]
    reason: str = ""
