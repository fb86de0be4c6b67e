"""What access tells the other domains: what only the authorizer sees."""

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from kernel import ids
from kernel.events import Data


class ApiKeyUsed(Data):
    """An API key was used on this day, for the first time that day."""

    user_id: Annotated[str, StringConstraints(pattern=ids.pattern("usr"))]
    key_id: Annotated[str, StringConstraints(pattern=ids.pattern("key"))]
    used_on: Annotated[date, Field(examples=["2026-05-04"])]
