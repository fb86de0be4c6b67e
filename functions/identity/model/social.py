"""The words of signing in by an account elsewhere: providers, what they say of a person, what people send and get."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from functions.identity.model import SecondFactorCode
from kernel import ids
from kernel.errors import Conflict, DomainError, NotFound, Unauthenticated
from kernel.http import Answer, Request

ProviderName = Annotated[str, StringConstraints(pattern="^[a-z][a-z0-9-]{1,30}$"), Field(examples=["google"])]
SocialSignInId = Annotated[str, StringConstraints(pattern=ids.pattern("soc"))]


LinkId = Annotated[
    str, StringConstraints(pattern="^[0-9a-f]{40}$"), Field(examples=["5b3a0f6c1f0e6c5d4a529d0b1d1a5f0f7a11c9d2"])
]


class Provider(BaseModel):
    """An operator's setting: the issuer of an OpenID provider, and as whom we are known there."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    name: str
    issuer: str
    client_id: str
    redirect_uri: str  # a page of ours; it sends us what the provider appends to it
    scope: str = "openid email profile"
    response_mode: str = ""
    page: str = ""  # where the browser goes on, if the provider posts a form and `redirect_uri` is our route for that


class Attempt(BaseModel):
    """One way to a provider and back. All of it is derived from the id, so nothing is kept until the person is back."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True, defer_build=True)

    id: str  # the state, in OpenID's words
    nonce: str
    verifier: str  # of PKCE
    continuation: str
    expires_at: datetime


class Claims(BaseModel):
    """What a provider says of a person, its signature checked."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True, defer_build=True)

    subject: str
    email: str = ""
    email_verified: bool = False
    name: str = ""


class Arrival(BaseModel):
    """A person who came back from a provider: whose account it is, and by which link. No name and no address."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True, defer_build=True)

    id: str
    provider: str
    user_id: str
    link: str  # the key of the person at the provider
    linked: bool  # whether that leads to the account already
    code_hash: str
    expires_at: datetime
    spent: bool = False


class BeginSocialSignIn(Request):
    provider: ProviderName


class FinishSocialSignIn(Request):
    continuation: Annotated[str, Field(min_length=1, max_length=200, examples=["1777896000.4f6a…"])]
    code: Annotated[
        str, Field(min_length=1, max_length=4096, description="As the provider appended it", examples=["4/0Ab…"])
    ]
    second_factor: SecondFactorCode | None = None


class SocialSignIn(Answer):
    id: Annotated[SocialSignInId, Field(description="Comes back as `state`: compare it")]
    url: Annotated[str, Field(description="Where to send the person", examples=["https://accounts.google.com/…"])]
    continuation: Annotated[
        str, Field(description="Stays in the browser, for the way back", examples=["1777896000.4f6a…"])
    ]
    expires_at: datetime


class Link(Answer):
    """An account elsewhere that signs in to this one."""

    id: LinkId
    provider: ProviderName
    linked_at: datetime


class LinkList(Answer):
    items: list[Link]


class ProviderList(Answer):
    items: list[ProviderName]


class LastWayIn(Conflict):
    """No other way leads into this account. Set a password first."""


class ProviderUnknown(NotFound):
    """Nobody can sign in by this provider here."""


class SocialSignInRefused(Unauthenticated):
    """The provider did not confirm who you are, or it took too long. Begin again."""


class AddressNotVouchedFor(DomainError):
    """The provider does not vouch for an e-mail address of yours. Sign up with a code instead."""

    status = 422


class ArrivalTaken(Conflict):
    """This sign-in has been completed already. Begin again."""
