"""The words of reaching a person: codes to sign in with, and changing the address or number that they go to."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from functions.identity import phones
from functions.identity.model import Code, EmailAddress, SecondFactorCode
from kernel.errors import Conflict, DomainError, TooManyRequests, Unauthenticated
from kernel.http import Request

PhoneNumber = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=32, pattern=r"^\+[0-9][0-9 ().\-]{5,30}$"),
    AfterValidator(phones.e164),
    Field(examples=["+380 67 123 4567"]),
]


class SignInCodeRequest(Request):
    to: Annotated[
        EmailAddress | PhoneNumber,
        Field(description="The address or the telephone number of the account", examples=["ada@example.com"]),
    ]


class CodeSignIn(Request):
    code: Code
    second_factor: SecondFactorCode | None = None


class EmailChange(Request):
    email: Annotated[EmailAddress, Field(examples=["ada@new.example"])]


class PhoneChange(Request):
    phone: PhoneNumber


class ConfirmChange(Request):
    code: Code


class CodesBlocked(TooManyRequests):
    """Too many codes were asked for from your network. Wait a quarter of an hour."""


class SmsShareUsed(TooManyRequests):
    """Enough was spent on messages to telephones for today."""


class PhoneNotServed(DomainError):
    """We cannot send codes to this telephone number. Use a mobile number, or your e-mail address."""

    status = 422


class SignInAgain(Unauthenticated):
    """You signed in too long ago for this. Sign in again, then repeat it."""


class ContactTaken(Conflict):
    """Another account has this address or number. Sign in there, and remove it first."""
