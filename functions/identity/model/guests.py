"""People without an account, who can keep a basket until they have one."""

from typing import Annotated, Literal

from pydantic import Field, SecretStr, StringConstraints

from kernel import ids
from kernel.errors import Conflict, Invalid
from kernel.http import Answer, Request

GuestId = Annotated[str, StringConstraints(pattern=ids.pattern("gst"))]


class Guest(Answer):
    guest_id: GuestId
    token_type: Literal["Bearer"] = "Bearer"
    access_token: Annotated[str, Field(examples=["mg_gst_01k6m2q8vx4c7e9r1t3y5w7zab.1780488000.q8vx4c7e…"])]
    expires_in_s: Annotated[int, Field(examples=[2592000])]


class AbsorbRequest(Request):
    guest_token: Annotated[
        SecretStr,
        Field(min_length=1, max_length=200, examples=["mg_gst_01k6m2q8vx4c7e9r1t3y5w7zab.1780488000.q8vx4c7e…"]),
    ]


class Absorbed(Answer):
    """From now on what the guest had is the person's."""

    guest_id: GuestId


class CallerView(Answer):
    """Who is calling, as far as Metco is concerned."""

    id: Annotated[str, Field(examples=["usr_01k6m2q8vx4c7e9r1t3y5w7zab"])]
    kind: Literal["person", "guest", "api_key"]
    scopes: Annotated[list[str] | None, Field(examples=[["profile:read"]])] = None


class GuestTokenWrong(Invalid):
    """This is not a guest's token, or it has expired."""


class GuestTaken(Conflict):
    """This guest has signed in with another account already."""
