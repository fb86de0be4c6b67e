"""What catalog has heard of a store, and how far it has come in acting on it."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

Standing = Literal["open", "suspended", "closed"]


class Shelves(BaseModel):
    """`shelf` and `cursor`: from where the walk over the store's offers goes on; no shelf, no walk is under way."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    store_id: str
    standing: Standing = "open"
    stood: int = 0  # the version of the store whose standing this is
    shelf: str = ""
    cursor: str | None = None
    round: int = 0  # of all walks there ever were

    @property
    def hidden(self) -> bool:
        return self.standing != "open"
