"""Identity's words: accounts, one-time codes, sessions, what people send and get, and what can be refused."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from kernel import amounts, ids
from kernel.errors import Conflict, DomainError, TooManyRequests, Unauthenticated
from kernel.http import Answer, Request

EmailAddress = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, max_length=254, pattern=r"^[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+\.[^@\s\x00-\x1f]+$"
    ),
    Field(examples=["ada@example.com"]),
]
Password = Annotated[SecretStr, Field(min_length=10, max_length=128, examples=["correct horse battery"])]
GivenPassword = Annotated[SecretStr, Field(min_length=1, max_length=256, examples=["correct horse battery"])]
Code = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[0-9]{6}$"), Field(examples=["042137"])]
SecondFactorCode = Annotated[
    SecretStr,
    Field(
        max_length=16,
        description="From the authenticator app, or a recovery code; only where the account asks for it",
        examples=["042137"],
    ),
]
PersonName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]+$"),
    Field(examples=["Ada Lovelace"]),
]
CurrencyCode = amounts.CurrencyCode
Reason = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=3, max_length=500),
    Field(description="Kept with what was done", examples=["Joined the moderation team"]),
]
Locale = Literal["en", "uk", "hi"]
Role = Literal["customer", "seller", "moderator", "finance", "admin"]
UserId = Annotated[str, StringConstraints(pattern=ids.pattern("usr"))]
ChallengeId = Annotated[str, StringConstraints(pattern=ids.pattern("cha"))]
SessionId = Annotated[str, Field(examples=["3f6c1f0e-6c5d-4a52-9d0b-1d1a5f0f7a11"])]  # Cognito's origin_jti
AccessToken = Annotated[str, Field(examples=["eyJraWQiOiJ…"])]


class Purpose(StrEnum):
    SIGN_UP = "sign_up"
    PASSWORD_RESET = "password_reset"
    SIGN_IN = "sign_in"
    EMAIL_CHANGE = "email_change"
    PHONE_CHANGE = "phone_change"


class Challenge(BaseModel):
    """A one-time code on its way to an address. The code itself is nowhere: it is derived from the id."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True, defer_build=True)

    id: str
    purpose: Purpose
    address: str  # the key of the e-mail address or telephone number, not the address
    email: str  # where the code goes: here, or to the phone
    phone: str = ""
    user_id: str = ""  # whom it is about to change
    before: str = ""  # that person's address or number until then, which is told too
    locale: Locale
    expires_at: datetime
    attempts: int = 0
    spent_on: str = ""  # the account that this challenge opened or changed
    spent_at: datetime | None = None


class Session(BaseModel):
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True, defer_build=True)

    id: str
    user_id: str
    started_at: datetime
    expires_at: datetime
    device: str = ""
    ended: bool = False


class Tokens(BaseModel):
    """What Cognito hands out at sign-in, and the session its tokens belong to."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True, defer_build=True)

    user_id: str
    session_id: str
    access_token: SecretStr
    refresh_token: SecretStr | None
    expires_in_s: int


# What people send


class SignUpRequest(Request):
    email: EmailAddress
    locale: Locale = "en"


class VerifySignUpRequest(Request):
    code: Code
    password: Password
    name: PersonName


class SignInRequest(Request):
    email: EmailAddress
    password: GivenPassword
    second_factor: SecondFactorCode | None = None


class RefreshRequest(Request):
    refresh_token: Annotated[SecretStr, Field(min_length=1, max_length=8192, examples=["eyJjdHkiOiJ…"])]


class ProfileChange(Request):
    name: PersonName | None = None
    locale: Locale | None = None
    currency: CurrencyCode | None = None


class PasswordChange(Request):
    current_password: GivenPassword
    new_password: Password


class FirstPassword(Request):
    password: Password


class PasswordResetRequest(Request):
    email: EmailAddress


class ConfirmPasswordReset(Request):
    code: Code
    password: Password


class RolesChange(Request):
    roles: Annotated[list[Role], Field(min_length=1, max_length=5)]
    reason: Reason


# What people get


class CodeSent(Answer):
    """The same whether the address is known or not."""

    id: ChallengeId
    expires_at: datetime


class Profile(Answer):
    user_id: UserId
    email: Annotated[str, Field(examples=["ada@example.com"])]
    phone: Annotated[str, Field(description="Proven; empty: none", examples=["+380671234567"])] = ""
    name: Annotated[str, Field(examples=["Ada Lovelace"])]
    locale: Locale
    currency: Annotated[str, Field(examples=["EUR"])]
    roles: list[Role]
    has_password: Annotated[bool, Field(description="Not yet, for who came by a provider")] = True
    created_at: datetime
    version: Annotated[int, Field(examples=[3])]


class SignedIn(Answer):
    session_id: SessionId
    token_type: Literal["Bearer"] = "Bearer"
    access_token: AccessToken
    refresh_token: Annotated[str, Field(examples=["eyJjdHkiOiJ…"])]
    expires_in_s: Annotated[int, Field(examples=[900])]


class Refreshed(Answer):
    session_id: SessionId
    token_type: Literal["Bearer"] = "Bearer"
    access_token: AccessToken
    expires_in_s: Annotated[int, Field(examples=[900])]


class SessionView(Answer):
    session_id: SessionId
    started_at: datetime
    expires_at: datetime
    device: Annotated[str, Field(examples=["Firefox on Linux"])]
    current: bool


class SessionList(Answer):
    items: list[SessionView]
    cursor: Annotated[str | None, Field(examples=["q1Zx0mV…"])] = None


# What can be refused


class CodeRefused(DomainError):
    """The code is wrong, has expired, or was tried too often. Ask for a new one."""

    status = 422


class MailShareUsed(TooManyRequests):
    """This address was sent enough codes for now."""


class AccountExists(Conflict):
    """There is an account with this address already. Sign in, or reset its password."""


class SignInRefused(Unauthenticated):
    """The address or the password is wrong."""


class SignInBlocked(TooManyRequests):
    """Too many attempts to sign in with this address. Wait a quarter of an hour, or reset the password."""


class SessionEnded(Unauthenticated):
    """This session has ended. Sign in again."""


class PasswordTooWeak(DomainError):
    """This password is too easy to guess."""

    status = 422


class PasswordKnown(Conflict):
    """This account has a password. Change it with the current one, or reset it by a code."""


class PasswordBusy(Conflict):
    """The password of this account is being set by another request. Wait a moment, then repeat yours."""


class AlreadySpent(Conflict):
    """This code has done its work already."""


class AlreadyEnded(Conflict):
    """One of these sessions was ended in the meantime. Repeat the request."""


class ProfileChanged(Conflict):
    """The profile was changed by someone else in the meantime. Read it again, then repeat the edit."""


class LastAdmin(Conflict):
    """An admin cannot take the role from themself: there might be nobody left to give it back."""
